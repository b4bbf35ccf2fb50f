export const ROLES = ['root', 'admin', 'read_only'] as const;
export type Role = (typeof ROLES)[number];

/** Who sends a request: the root key of the environment, or an institution's own key. */
export type Principal =
  | { readonly role: 'root' }
  | {
      readonly role: 'admin' | 'read_only';
      readonly institutionId: string;
      readonly apiKeyId: string;
    };
