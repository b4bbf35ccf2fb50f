// Generated from docs/openapi.json by `npm run generate`: not to be edited.

export interface paths {
  '/metrics': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Read metrics in the text format of Prometheus
     * @description The sum over all processes of the service. Besides the root key, the metrics token of the operator lets in, as `Authorization: Bearer`. Each metric is described in docs/METRICS.md.
     *
     *     For the roles root.
     */
    get: operations['readMetrics'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/problems': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Describe all problems on one page
     * @description Needs no key.
     */
    get: operations['listProblems'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/problems/{code}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Describe a problem on a page
     * @description Needs no key.
     */
    get: operations['readProblem'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/health/live': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Whether the process is alive
     * @description Needs no key.
     */
    get: operations['checkLiveness'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/health/startup': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Whether the start has finished
     * @description Needs no key.
     */
    get: operations['checkStartup'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/health/ready': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Whether traffic can come
     * @description Needs no key.
     */
    get: operations['checkReadiness'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/audit-events': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * List audit events
     * @description Every command that was carried out, and requests that were refused: authentication, role, input, conflicts and rules. What was not found is not on record, nor is reading. Of refusals, `payload` has codes alone (`code`, `faults`, `reason`); of more than are recorded in a minute, the last one tells how many they were (`notRecorded`, `since`, `until`).
     *
     *     For the roles root, admin.
     */
    get: operations['listAuditEvents'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/institutions': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * List institutions
     * @description All of them with the root key; otherwise the one of the key.
     *
     *     For the roles root, admin, read_only.
     */
    get: operations['listInstitutions'];
    put?: never;
    /**
     * Create an institution
     * @description For the roles root.
     */
    post: operations['createInstitution'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/institutions/{institutionId}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Read an institution
     * @description For the roles root, admin, read_only.
     */
    get: operations['readInstitution'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    /**
     * Change an institution
     * @description A region or vertical that is taken away is closed to new asset templates; nothing else changes.
     *
     *     For the roles root.
     */
    patch: operations['updateInstitution'];
    trace?: never;
  };
  '/v1/institutions/{institutionId}/api-keys': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * List API keys
     * @description Those that are active, unless told; never the keys themselves.
     *
     *     For the roles root, admin.
     */
    get: operations['listApiKeys'];
    put?: never;
    /**
     * Create an API key
     * @description The key itself is shown this once: also the same request under the same `Idempotency-Key` is answered without it.
     *
     *     For the roles root, admin.
     */
    post: operations['createApiKey'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/institutions/{institutionId}/api-keys/{keyId}/revoke': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Revoke an API key
     * @description At once and for good. A key that is revoked already stays as it is.
     *
     *     For the roles root, admin.
     */
    post: operations['revokeApiKey'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/institutions/{institutionId}/api-keys/{keyId}/rotate': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Rotate an API key
     * @description Makes a new key of the same label and role, which is shown this once, and ends the old one at once or after an overlap. A key that expires is followed by one that is valid for as long as it was. Whoever rotates the key that the request is sent with should leave an overlap: an answer that is lost cannot be asked for with a key that has ended.
     *
     *     For the roles root, admin.
     */
    post: operations['rotateApiKey'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/template-types': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * List template types
     * @description All of them on one page.
     *
     *     For the roles root, admin, read_only.
     */
    get: operations['listTemplateTypes'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/template-types/{code}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Read a template type
     * @description For the roles root, admin, read_only.
     */
    get: operations['readTemplateType'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/asset-templates': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * List asset templates
     * @description For the roles root, admin, read_only.
     */
    get: operations['listAssetTemplates'];
    put?: never;
    /**
     * Create an asset template
     * @description For the roles root, admin.
     */
    post: operations['createAssetTemplate'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/asset-templates/{templateId}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Read an asset template
     * @description For the roles root, admin, read_only.
     */
    get: operations['readAssetTemplate'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/assets': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * List assets
     * @description For the roles root, admin, read_only.
     */
    get: operations['listAssets'];
    put?: never;
    /**
     * Create an asset
     * @description For the roles root, admin.
     */
    post: operations['createAsset'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/assets/{assetId}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Read an asset
     * @description For the roles root, admin, read_only.
     */
    get: operations['readAsset'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    /**
     * Change an asset
     * @description For the roles root, admin.
     */
    patch: operations['updateAsset'];
    trace?: never;
  };
  '/v1/institutions/{institutionId}/policies/{region}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Read the policy of a region
     * @description For the roles root, admin, read_only.
     */
    get: operations['readPolicy'];
    /**
     * Set the policy of a region
     * @description Replaces the rules as a whole. Answers 201 where the region had none, 200 otherwise.
     *
     *     For the roles root, admin.
     */
    put: operations['putPolicy'];
    post?: never;
    /**
     * Remove the policy of a region
     * @description For the roles root, admin.
     */
    delete: operations['removePolicy'];
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/institutions/{institutionId}/policies': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * List policies
     * @description For the roles root, admin, read_only.
     */
    get: operations['listPolicies'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/positions': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * List positions
     * @description For the roles root, admin, read_only.
     */
    get: operations['listPositions'];
    put?: never;
    /**
     * Open a position
     * @description In state CREATED: the amount is claimed, and no money moves yet.
     *
     *     For the roles root, admin.
     */
    post: operations['openPosition'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/positions/batch': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Open many positions
     * @description All of them or none, for one institution. A fault names its item by its index.
     *
     *     For the roles root, admin.
     */
    post: operations['openPositionBatch'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/positions/{positionId}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Read a position
     * @description With its events; as it is, or as it was at a moment.
     *
     *     For the roles root, admin, read_only.
     */
    get: operations['readPosition'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/positions/{positionId}/transition': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Move a position along its lifecycle
     * @description Funds it, releases some or all of what it holds, cancels it or lets it expire. What is held goes to the beneficiary at a release, and back to the depositor otherwise. The policy in force is held against the whole amount of the position at funding and at each release, never at a refund.
     *
     *     For the roles root, admin.
     */
    post: operations['transitionPosition'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/positions/{positionId}/events': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * List the events of a position
     * @description For the roles root, admin, read_only.
     */
    get: operations['listPositionEvents'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/ledger-events': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * List ledger events
     * @description For the roles root, admin, read_only.
     */
    get: operations['listLedgerEvents'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/balances': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * List balances
     * @description By currency and account, all on one page.
     *
     *     For the roles root, admin, read_only.
     */
    get: operations['listBalances'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/institutions/{institutionId}/checkpoints': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * List checkpoints
     * @description What the ledger and the audit trail were, signed, up to a minute ago: none while seals are off. With the root key also of the platform’s own audit trail, under the id of 26 zeros.
     *
     *     For the roles root, admin, read_only.
     */
    get: operations['listCheckpoints'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/institutions/{institutionId}/checkpoints/{number}/verification': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Verify a checkpoint
     * @description Whether its signature holds, it follows from the checkpoint before, and every event that it seals is still there and as it was.
     *
     *     For the roles root, admin, read_only.
     */
    get: operations['verifyCheckpoint'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/export': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Export everything
     * @description All that is stored, as of one moment, one JSON object a line, with the hashes of keys and without the answers kept for repeated requests. Whole if its last line holds the SHA-256 of those before; one at a time.
     *
     *     For the roles root.
     */
    get: operations['exportAll'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/positions/{positionId}/ledger/verification': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Verify the record of a position
     * @description Whether the hash chain, the events and the amounts of a position agree: a changed or removed row is found.
     *
     *     For the roles root, admin, read_only.
     */
    get: operations['verifyPosition'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/openapi.json': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Read this document
     * @description Where the operator has left it on.
     *
     *     Needs no key.
     */
    get: operations['readOpenApiDocument'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
}
export interface components {
  schemas: {
    HealthResponse: {
      /** @enum {string} */
      status: 'ok';
    };
    ReadinessResponse: {
      /** @enum {string} */
      status: 'ok';
      /** @description What each check found, by its name. */
      checks: {
        [key: string]: unknown;
      };
    };
    AuditEventResponse: {
      id: string;
      /** @description Null for what concerns no institution. */
      institutionId: string | null;
      /** @description Null for the root key, and for whoever has none. */
      apiKeyId: string | null;
      /** @enum {string} */
      action:
        | 'INSTITUTION_CREATED'
        | 'INSTITUTION_UPDATED'
        | 'API_KEY_CREATED'
        | 'API_KEY_REVOKED'
        | 'API_KEY_ROTATED'
        | 'POLICY_PUT'
        | 'POLICY_DELETED'
        | 'ASSET_TEMPLATE_CREATED'
        | 'ASSET_CREATED'
        | 'ASSET_UPDATED'
        | 'POSITION_CREATED'
        | 'POSITION_TRANSITIONED'
        | 'AUTH_FAILED'
        | 'AUTH_FORBIDDEN'
        | 'VALIDATION_FAILED'
        | 'CONFLICT'
        | 'RULE_REFUSED';
      /** @enum {string} */
      outcome: 'SUCCESS' | 'REFUSED';
      resourceType: string | null;
      resourceId: string | null;
      method: string;
      path: string;
      statusCode: number;
      requestId: string;
      clientIp: string | null;
      payload: {
        [key: string]: unknown;
      };
      /** Format: date-time */
      occurredAt: string;
    };
    CreateInstitutionRequest: {
      name: string;
      regions: ('US' | 'EU_UK' | 'SG' | 'UAE')[];
      /** @description All, when left out. */
      verticals?: ('CONSTRUCTION' | 'TRADE_FINANCE')[];
    };
    InstitutionResponse: {
      id: string;
      name: string;
      regions: ('US' | 'EU_UK' | 'SG' | 'UAE')[];
      verticals: ('CONSTRUCTION' | 'TRADE_FINANCE')[];
      version: number;
      /** Format: date-time */
      createdAt: string;
      /** Format: date-time */
      updatedAt: string;
    };
    PatchInstitutionRequest: {
      name?: string;
      regions?: ('US' | 'EU_UK' | 'SG' | 'UAE')[];
      verticals?: ('CONSTRUCTION' | 'TRADE_FINANCE')[];
    };
    CreateApiKeyRequest: {
      label: string;
      /** @enum {string} */
      role: 'admin' | 'read_only';
      /**
       * Format: date-time
       * @description Never, when left out.
       */
      expiresAt?: string;
    };
    CreatedApiKeyResponse: {
      id: string;
      institutionId: string;
      label: string;
      /** @enum {string} */
      role: 'admin' | 'read_only';
      /** @description The beginning of the key, to tell keys apart by. */
      prefix: string;
      /** Format: date-time */
      expiresAt: string | null;
      /**
       * Format: date-time
       * @description To the minute: it is noted a little after a use, and not anew for a minute.
       */
      lastUsedAt: string | null;
      /** Format: date-time */
      revokedAt: string | null;
      /** Format: date-time */
      createdAt: string;
      /** @description The key itself. It is shown this once: null when the answer is given again. */
      apiKey: string | null;
    };
    ApiKeyResponse: {
      id: string;
      institutionId: string;
      label: string;
      /** @enum {string} */
      role: 'admin' | 'read_only';
      /** @description The beginning of the key, to tell keys apart by. */
      prefix: string;
      /** Format: date-time */
      expiresAt: string | null;
      /**
       * Format: date-time
       * @description To the minute: it is noted a little after a use, and not anew for a minute.
       */
      lastUsedAt: string | null;
      /** Format: date-time */
      revokedAt: string | null;
      /** Format: date-time */
      createdAt: string;
    };
    RotateApiKeyRequest: {
      /**
       * @description For how long the old key goes on. It ends earlier where it would have expired earlier.
       * @default 0
       */
      overlapSeconds?: number;
    };
    TemplateTypeResponse: {
      /** @enum {string} */
      code: 'CONSTR_ESCROW' | 'CONSTR_RETAINAGE' | 'TF_INVOICE' | 'TF_LC';
      /** @enum {string} */
      vertical: 'CONSTRUCTION' | 'TRADE_FINANCE';
      /** @description JSON Schema (2020-12) of `config`. */
      schema: {
        [key: string]: unknown;
      };
    };
    CreateAssetTemplateRequest: {
      /** @description The root key must give it; for others it is that of the key. */
      institutionId?: string;
      /** @enum {string} */
      code: 'CONSTR_ESCROW' | 'CONSTR_RETAINAGE' | 'TF_INVOICE' | 'TF_LC';
      name: string;
      /** @enum {string} */
      vertical: 'CONSTRUCTION' | 'TRADE_FINANCE';
      /** @enum {string} */
      region: 'US' | 'EU_UK' | 'SG' | 'UAE';
      /** @description Satisfies the schema of the code, see `GET /v1/template-types/{code}`. */
      config: {
        [key: string]: unknown;
      };
    };
    AssetTemplateResponse: {
      id: string;
      institutionId: string;
      /** @enum {string} */
      code: 'CONSTR_ESCROW' | 'CONSTR_RETAINAGE' | 'TF_INVOICE' | 'TF_LC';
      name: string;
      /** @enum {string} */
      vertical: 'CONSTRUCTION' | 'TRADE_FINANCE';
      /** @enum {string} */
      region: 'US' | 'EU_UK' | 'SG' | 'UAE';
      config: {
        [key: string]: unknown;
      };
      version: number;
      /** Format: date-time */
      createdAt: string;
      /** Format: date-time */
      updatedAt: string;
    };
    CreateAssetRequest: {
      /** @description That of the template, from which it follows when left out. */
      institutionId?: string;
      templateId: string;
      label: string;
      /** @description Empty, when left out. */
      metadata?: {
        [key: string]: unknown;
      };
    };
    AssetResponse: {
      id: string;
      institutionId: string;
      templateId: string;
      label: string;
      metadata: {
        [key: string]: unknown;
      };
      version: number;
      /** Format: date-time */
      createdAt: string;
      /** Format: date-time */
      updatedAt: string;
    };
    PatchAssetRequest: {
      label?: string;
      /** @description Replaces what was there as a whole. */
      metadata?: {
        [key: string]: unknown;
      };
    };
    PositionRulesRequest: {
      /** @description The least amount of a position, whatever its currency. */
      minAmount?: string;
      /** @description The greatest amount of a position, whatever its currency. */
      maxAmount?: string;
      /** @description All, when left out. */
      allowedCurrencies?: string[];
    };
    PutPolicyRequest: {
      position: components['schemas']['PositionRulesRequest'];
    };
    PositionRulesResponse: {
      minAmount?: string;
      maxAmount?: string;
      allowedCurrencies?: string[];
    };
    PolicyResponse: {
      institutionId: string;
      /** @enum {string} */
      region: 'US' | 'EU_UK' | 'SG' | 'UAE';
      position: components['schemas']['PositionRulesResponse'];
      version: number;
      /** Format: date-time */
      createdAt: string;
      /** Format: date-time */
      updatedAt: string;
    };
    OpenPositionRequest: {
      /** @description Follows from the asset; must match if given. */
      institutionId?: string;
      assetId: string;
      /** @description Who holds the claim, in the words of your own systems. */
      holderReference: string;
      currency: string;
      /** @description What is claimed, with no more decimal places than the currency has. */
      amount: string;
      /** @description Need not be unique. */
      externalReference?: string;
    };
    PositionEventResponse: {
      id: string;
      positionId: string;
      /** @description The version of the position that the step produced. */
      seq: number;
      /**
       * @description Null at creation.
       * @enum {string|null}
       */
      fromState: 'CREATED' | 'FUNDED' | 'PARTIALLY_RELEASED' | 'RELEASED' | 'CANCELLED' | 'EXPIRED' | null;
      /** @enum {string} */
      toState: 'CREATED' | 'FUNDED' | 'PARTIALLY_RELEASED' | 'RELEASED' | 'CANCELLED' | 'EXPIRED';
      /** @description Claimed at creation, moved at any other step. */
      amount: string | null;
      reason: string | null;
      metadata: {
        [key: string]: unknown;
      } | null;
      /** Format: date-time */
      at: string;
    };
    PositionResponse: {
      id: string;
      institutionId: string;
      assetId: string;
      holderReference: string;
      currency: string;
      amount: string;
      releasedAmount: string;
      refundedAmount: string;
      /** @description In escrow now. */
      heldAmount: string;
      /** @description What can still be released. */
      remainingAmount: string;
      /** @enum {string} */
      state: 'CREATED' | 'FUNDED' | 'PARTIALLY_RELEASED' | 'RELEASED' | 'CANCELLED' | 'EXPIRED';
      externalReference: string | null;
      version: number;
      /** Format: date-time */
      createdAt: string;
      /** Format: date-time */
      updatedAt: string;
      /** @description Absent in lists. */
      events?: components['schemas']['PositionEventResponse'][];
    };
    OpenPositionsRequest: {
      items: components['schemas']['OpenPositionRequest'][];
    };
    PositionBatchResponse: {
      /** @description In the order of the items. */
      data: components['schemas']['PositionResponse'][];
    };
    TransitionPositionRequest: {
      /** @enum {string} */
      toState: 'CREATED' | 'FUNDED' | 'PARTIALLY_RELEASED' | 'RELEASED' | 'CANCELLED' | 'EXPIRED';
      /** @description Needed for a partial release; otherwise, if given, exactly what moves. */
      amount?: string;
      reason?: string;
      metadata?: {
        [key: string]: unknown;
      };
    };
    LedgerEventResponse: {
      id: string;
      institutionId: string;
      positionId: string;
      seq: number;
      /** @enum {string} */
      kind: 'POSITION_CREATED' | 'POSITION_STATE_CHANGED';
      /** @enum {string|null} */
      previousState:
        'CREATED' | 'FUNDED' | 'PARTIALLY_RELEASED' | 'RELEASED' | 'CANCELLED' | 'EXPIRED' | null;
      /** @enum {string} */
      newState: 'CREATED' | 'FUNDED' | 'PARTIALLY_RELEASED' | 'RELEASED' | 'CANCELLED' | 'EXPIRED';
      /**
       * @description Null when the step moves no money.
       * @enum {string|null}
       */
      debitAccount: 'depositor' | 'escrow' | 'beneficiary' | null;
      /** @enum {string|null} */
      creditAccount: 'depositor' | 'escrow' | 'beneficiary' | null;
      amount: string | null;
      currency: string;
      payload: {
        [key: string]: unknown;
      };
      /** Format: date-time */
      at: string;
      /** @description The hash of the position’s ledger event before; 64 zeros for the first. */
      previousHash: string;
      /** @description SHA-256 of the RFC 8785 text of this object without `hash`. */
      hash: string;
    };
    BalanceResponse: {
      currency: string;
      /** @enum {string} */
      account: 'depositor' | 'escrow' | 'beneficiary';
      /** @description What left the account. */
      debits: string;
      /** @description What reached the account. */
      credits: string;
      /** @description Credits less debits, signed. The balances of a currency add up to zero. */
      balance: string;
    };
    CheckpointResponse: {
      id: string;
      /** @description Null for what concerns no institution. */
      institutionId: string | null;
      /** @description 1, 2, 3 … in each institution. */
      number: number;
      /**
       * Format: date-time
       * @description It seals what is later than this: the `until` of the checkpoint before, null for the first.
       */
      after: string | null;
      /**
       * Format: date-time
       * @description It seals what is not later than this.
       */
      until: string;
      /** @description The ledger events whose `at` is in the range. */
      ledgerEventCount: number;
      /** @description The audit events whose `occurredAt` is in the range. */
      auditEventCount: number;
      /** @description The Merkle tree hash (RFC 6962, section 2.1, SHA-256) of the ledger events, in the order of their list, and then the audit events in that of theirs: a leaf is the RFC 8785 text of an event as the API shows it. */
      merkleRoot: string;
      /** @description The hash of the checkpoint before; 64 zeros for the first. */
      previousHash: string;
      /** @description The first 32 hex digits of the SHA-256 of the public key (SubjectPublicKeyInfo in DER, RFC 8410) that the signature is of. The operator has the key. */
      keyId: string;
      /** Format: date-time */
      createdAt: string;
      /** @description SHA-256 of the RFC 8785 text of this object without `hash` and `signature`. */
      hash: string;
      /** @description The Ed25519 signature (RFC 8032) of the text that `hash` is of, in base64. */
      signature: string;
    };
    CheckpointVerificationResponse: {
      /** @description Whether the checkpoint, its place after the one before, and all that it seals are what they were; `signature` says whether its signature was judged. */
      verified: boolean;
      number: number;
      /** @description The hash of the checkpoint. */
      hash: string;
      /**
       * @description Whether the signature holds. That of a key which the service does not know does not; where it knows no key at all, it is not judged.
       * @enum {string}
       */
      signature: 'good' | 'bad' | 'unknown_key' | 'unjudged';
      /** @description What does not hold, in words; null if all does. */
      why: string | null;
    };
    VerificationResponse: {
      /** @description Whether all that is stored of the position holds. */
      verified: boolean;
      /** @description How many ledger events there are. */
      length: number;
      /** @description The hash of the last of them; null if there are none. */
      head: string | null;
      /** @description The first step at which the record does not hold; null if it holds. */
      firstBrokenSeq: number | null;
    };
    /** @enum {string} */
    ProblemCode:
      | 'access.forbidden'
      | 'api_key.expiry_past'
      | 'api_key.last_admin'
      | 'api_key.not_active'
      | 'api_key.rotated_before'
      | 'api_key.unknown'
      | 'asset.unknown'
      | 'auth.invalid_key'
      | 'auth.missing_key'
      | 'checkpoint.unknown'
      | 'command.conflict'
      | 'export.under_way'
      | 'field.forbidden_character'
      | 'field.malformed'
      | 'field.not_allowed'
      | 'field.required'
      | 'field.too_deep'
      | 'field.too_large'
      | 'field.unknown'
      | 'field.wrong_length'
      | 'field.wrong_type'
      | 'health.not_ready'
      | 'idempotency.mismatch'
      | 'institution.unknown'
      | 'money.malformed_amount'
      | 'money.not_positive'
      | 'money.too_many_decimals'
      | 'money.unknown_currency'
      | 'policy.amount_out_of_bounds'
      | 'policy.bounds_reversed'
      | 'policy.currency_not_allowed'
      | 'policy.unknown'
      | 'policy.unknown_region'
      | 'position.amount_mismatch'
      | 'position.amount_required'
      | 'position.future_moment'
      | 'position.illegal_transition'
      | 'position.insufficient_remaining'
      | 'position.nothing_would_remain'
      | 'position.unknown'
      | 'request.header_too_large'
      | 'request.invalid'
      | 'request.malformed'
      | 'request.malformed_header'
      | 'request.malformed_json'
      | 'request.precondition_failed'
      | 'request.timed_out'
      | 'request.too_large'
      | 'request.too_many'
      | 'request.unknown_route'
      | 'request.unsupported_media_type'
      | 'request.wrong_method'
      | 'service.fault'
      | 'service.unavailable'
      | 'template.amount_out_of_bounds'
      | 'template.currency_mismatch'
      | 'template.invalid_config'
      | 'template.region_not_served'
      | 'template.unknown'
      | 'template.vertical_not_served'
      | 'template.wrong_vertical'
      | 'template_type.unknown';
    /** @description One field at fault. */
    FieldFault: {
      /** @description A JSON pointer (RFC 6901) into the body, or to the name of a parameter. */
      pointer: string;
      code: components['schemas']['ProblemCode'];
      detail: string;
    };
    /** @description A problem document (RFC 9457). Rely on its code, not on its texts. */
    Problem: {
      /** Format: uri-reference */
      type: string;
      title: string;
      status: number;
      detail: string;
      instance: string;
      code: components['schemas']['ProblemCode'];
      requestId: string;
      errors?: components['schemas']['FieldFault'][];
    };
  };
  responses: {
    /** @description Forbidden: `access.forbidden`. */
    Forbidden: {
      headers: {
        'X-Request-Id': components['headers']['X-Request-Id'];
        RateLimit: components['headers']['RateLimit'];
        'RateLimit-Policy': components['headers']['RateLimit-Policy'];
        [name: string]: unknown;
      };
      content: {
        'application/problem+json': {
          /** @constant */
          status?: 403;
          /** @enum {string} */
          code?: 'access.forbidden';
        } & components['schemas']['Problem'];
      };
    };
    /** @description Unauthorized: `auth.invalid_key`, `auth.missing_key`. */
    Unauthorized: {
      headers: {
        'X-Request-Id': components['headers']['X-Request-Id'];
        RateLimit: components['headers']['RateLimit'];
        'RateLimit-Policy': components['headers']['RateLimit-Policy'];
        'WWW-Authenticate': components['headers']['WWW-Authenticate'];
        [name: string]: unknown;
      };
      content: {
        'application/problem+json': {
          /** @constant */
          status?: 401;
          /** @enum {string} */
          code?: 'auth.invalid_key' | 'auth.missing_key';
        } & components['schemas']['Problem'];
      };
    };
    /** @description Too Many Requests: `request.too_many`. */
    TooManyRequests: {
      headers: {
        'X-Request-Id': components['headers']['X-Request-Id'];
        RateLimit: components['headers']['RateLimit'];
        'RateLimit-Policy': components['headers']['RateLimit-Policy'];
        'Retry-After': components['headers']['Retry-After'];
        [name: string]: unknown;
      };
      content: {
        'application/problem+json': {
          /** @constant */
          status?: 429;
          /** @enum {string} */
          code?: 'request.too_many';
          'violated-policies'?: string[];
        } & components['schemas']['Problem'];
      };
    };
    /** @description Internal Server Error: `service.fault`. */
    InternalServerError: {
      headers: {
        'X-Request-Id': components['headers']['X-Request-Id'];
        RateLimit: components['headers']['RateLimit'];
        'RateLimit-Policy': components['headers']['RateLimit-Policy'];
        [name: string]: unknown;
      };
      content: {
        'application/problem+json': {
          /** @constant */
          status?: 500;
          /** @enum {string} */
          code?: 'service.fault';
        } & components['schemas']['Problem'];
      };
    };
    /** @description Service Unavailable: `service.unavailable`. */
    ServiceUnavailable: {
      headers: {
        'X-Request-Id': components['headers']['X-Request-Id'];
        RateLimit: components['headers']['RateLimit'];
        'RateLimit-Policy': components['headers']['RateLimit-Policy'];
        'Retry-After': components['headers']['Retry-After'];
        [name: string]: unknown;
      };
      content: {
        'application/problem+json': {
          /** @constant */
          status?: 503;
          /** @enum {string} */
          code?: 'service.unavailable';
        } & components['schemas']['Problem'];
      };
    };
    /** @description Conflict: `command.conflict`. */
    Conflict: {
      headers: {
        'X-Request-Id': components['headers']['X-Request-Id'];
        RateLimit: components['headers']['RateLimit'];
        'RateLimit-Policy': components['headers']['RateLimit-Policy'];
        [name: string]: unknown;
      };
      content: {
        'application/problem+json': {
          /** @constant */
          status?: 409;
          /** @enum {string} */
          code?: 'command.conflict';
        } & components['schemas']['Problem'];
      };
    };
    /** @description Unprocessable Entity: `idempotency.mismatch`. */
    UnprocessableEntity: {
      headers: {
        'X-Request-Id': components['headers']['X-Request-Id'];
        RateLimit: components['headers']['RateLimit'];
        'RateLimit-Policy': components['headers']['RateLimit-Policy'];
        [name: string]: unknown;
      };
      content: {
        'application/problem+json': {
          /** @constant */
          status?: 422;
          /** @enum {string} */
          code?: 'idempotency.mismatch';
        } & components['schemas']['Problem'];
      };
    };
    /** @description Payload Too Large: `request.too_large`. */
    PayloadTooLarge: {
      headers: {
        'X-Request-Id': components['headers']['X-Request-Id'];
        RateLimit: components['headers']['RateLimit'];
        'RateLimit-Policy': components['headers']['RateLimit-Policy'];
        [name: string]: unknown;
      };
      content: {
        'application/problem+json': {
          /** @constant */
          status?: 413;
          /** @enum {string} */
          code?: 'request.too_large';
        } & components['schemas']['Problem'];
      };
    };
    /** @description Unsupported Media Type: `request.unsupported_media_type`. */
    UnsupportedMediaType: {
      headers: {
        'X-Request-Id': components['headers']['X-Request-Id'];
        RateLimit: components['headers']['RateLimit'];
        'RateLimit-Policy': components['headers']['RateLimit-Policy'];
        [name: string]: unknown;
      };
      content: {
        'application/problem+json': {
          /** @constant */
          status?: 415;
          /** @enum {string} */
          code?: 'request.unsupported_media_type';
        } & components['schemas']['Problem'];
      };
    };
    /** @description Precondition Failed: `request.precondition_failed`. */
    PreconditionFailed: {
      headers: {
        'X-Request-Id': components['headers']['X-Request-Id'];
        RateLimit: components['headers']['RateLimit'];
        'RateLimit-Policy': components['headers']['RateLimit-Policy'];
        [name: string]: unknown;
      };
      content: {
        'application/problem+json': {
          /** @constant */
          status?: 412;
          /** @enum {string} */
          code?: 'request.precondition_failed';
          currentVersion?: number | null;
        } & components['schemas']['Problem'];
      };
    };
  };
  parameters: {
    /**
     * @description A name for the request, by which the answer, logs and audit trail call it.
     * @example 4a1f6c1e-8f0b-4b57-9d7e-2c5f0a9b3d61
     */
    RequestId: string;
    /**
     * @description Makes the request safe to repeat: the same request under the same key has one effect, and its answer is given again. Kept for at least 7 days.
     * @example 8e03978e-40d5-43dd-bc93-6894a57f9324
     */
    IdempotencyKey: string;
    /**
     * @description Carries the request out only if the resource still has one of these entity tags.
     * @example "1"
     */
    IfMatch: string;
    /**
     * @description Only if the resource has none of these entity tags; `*`: only if there is none. A read answers 304 otherwise.
     * @example "1"
     */
    IfNoneMatch: string;
  };
  requestBodies: never;
  headers: {
    /**
     * @description Names the request in logs and in the audit trail: that which the client sent, or a new one.
     * @example 4a1f6c1e-8f0b-4b57-9d7e-2c5f0a9b3d61
     */
    'X-Request-Id': string;
    /**
     * @description The entity tag of the resource (RFC 9110): its version in quotes, where it has one.
     * @example "1"
     */
    ETag: string;
    /**
     * @description The path of what was created.
     * @example /v1/positions/pos_01kc5ttcn9h3v1q8r4x6f0zg5j
     */
    Location: string;
    /**
     * @description The next page (RFC 8288); absent on the last one.
     * @example </v1/positions?limit=50&cursor=WyIyMDI2LTAxLTMxVDEyOjAwOjAwLjAwMFoiLCJwb3NfMDFrYzV0dGNuOWgzdjFxOHI0eDZmMHpnNWoiXQ>; rel="next"
     */
    Link: string;
    /**
     * @description Present where the answer was given before to the same request under the same key.
     * @example true
     */
    'Idempotent-Replayed': 'true';
    /**
     * @description Seconds after which the request may be sent again.
     * @example 2
     */
    'Retry-After': number;
    /**
     * @description How to authenticate (RFC 9110).
     * @example Bearer realm="escrowgrid"
     */
    'WWW-Authenticate': string;
    /**
     * @description What is left of the quota, and after how many seconds there is more of it.
     * @example "key";r=99;t=60
     */
    RateLimit: string;
    /**
     * @description The quota: how many requests in how many seconds.
     * @example "key";q=100;w=60
     */
    'RateLimit-Policy': string;
  };
  pathItems: never;
}
export interface operations {
  readMetrics: {
    parameters: {
      query?: never;
      header?: {
        /**
         * @description A name for the request, by which the answer, logs and audit trail call it.
         * @example 4a1f6c1e-8f0b-4b57-9d7e-2c5f0a9b3d61
         */
        'X-Request-Id'?: components['parameters']['RequestId'];
      };
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          'X-Request-Id': components['headers']['X-Request-Id'];
          RateLimit: components['headers']['RateLimit'];
          'RateLimit-Policy': components['headers']['RateLimit-Policy'];
          [name: string]: unknown;
        };
        content: {
          /**
           * @example # HELP escrowgrid_pool_waiting Operations that wait for a database connection.
           *     # TYPE escrowgrid_pool_waiting gauge
           *     escrowgrid_pool_waiting 0
           */
          'text/plain': string;
        };
      };
      /** @description Bad Request: `request.invalid`, `request.malformed`. */
      400: {
        headers: {
          'X-Request-Id': components['headers']['X-Request-Id'];
          RateLimit: components['headers']['RateLimit'];
          'RateLimit-Policy': components['headers']['RateLimit-Policy'];
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': {
            /** @constant */
            status?: 400;
            /** @enum {string} */
            code?: 'request.invalid' | 'request.malformed';
          } & components['schemas']['Problem'];
        };
      };
      401: components['responses']['Unauthorized'];
      403: components['responses']['Forbidden'];
      429: components['responses']['TooManyRequests'];
      500: components['responses']['InternalServerError'];
      503: components['responses']['ServiceUnavailable'];
    };
  };
  listProblems: {
    parameters: {
      query?: never;
      header?: {
        /**
         * @description A name for the request, by which the answer, logs and audit trail call it.
         * @example 4a1f6c1e-8f0b-4b57-9d7e-2c5f0a9b3d61
         */
        'X-Request-Id'?: components['parameters']['RequestId'];
      };
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          'X-Request-Id': components['headers']['X-Request-Id'];
          [name: string]: unknown;
        };
        content: {
          /** @example <!doctype html> */
          'text/html': string;
        };
      };
      /** @description Bad Request: `request.invalid`, `request.malformed`. */
      400: {
        headers: {
          'X-Request-Id': components['headers']['X-Request-Id'];
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': {
            /** @constant */
            status?: 400;
            /** @enum {string} */
            code?: 'request.invalid' | 'request.malformed';
          } & components['schemas']['Problem'];
        };
      };
      /** @description Internal Server Error: `service.fault`. */
      500: {
        headers: {
          'X-Request-Id': components['headers']['X-Request-Id'];
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': {
            /** @constant */
            status?: 500;
            /** @enum {string} */
            code?: 'service.fault';
          } & components['schemas']['Problem'];
        };
      };
    };
  };
  readProblem: {
    parameters: {
      query?: never;
      header?: {
        /**
         * @description A name for the request, by which the answer, logs and audit trail call it.
         * @example 4a1f6c1e-8f0b-4b57-9d7e-2c5f0a9b3d61
         */
        'X-Request-Id'?: components['parameters']['RequestId'];
      };
      path: {
        /** @description The code of the problem. */
        code: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          'X-Request-Id': components['headers']['X-Request-Id'];
          [name: string]: unknown;
        };
        content: {
          /** @example <!doctype html> */
          'text/html': string;
        };
      };
      /** @description Bad Request: `request.invalid`, `request.malformed`. */
      400: {
        headers: {
          'X-Request-Id': components['headers']['X-Request-Id'];
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': {
            /** @constant */
            status?: 400;
            /** @enum {string} */
            code?: 'request.invalid' | 'request.malformed';
          } & components['schemas']['Problem'];
        };
      };
      /** @description Not Found: `request.unknown_route`. */
      404: {
        headers: {
          'X-Request-Id': components['headers']['X-Request-Id'];
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': {
            /** @constant */
            status?: 404;
            /** @enum {string} */
            code?: 'request.unknown_route';
          } & components['schemas']['Problem'];
        };
      };
      /** @description Internal Server Error: `service.fault`. */
      500: {
        headers: {
          'X-Request-Id': components['headers']['X-Request-Id'];
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': {
            /** @constant */
            status?: 500;
            /** @enum {string} */
            code?: 'service.fault';
          } & components['schemas']['Problem'];
        };
      };
    };
  };
  checkLiveness: {
    parameters: {
      query?: never;
      header?: {
        /**
         * @description A name for the request, by which the answer, logs and audit trail call it.
         * @example 4a1f6c1e-8f0b-4b57-9d7e-2c5f0a9b3d61
         */
        'X-Request-Id'?: components['parameters']['RequestId'];
      };
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          'X-Request-Id': components['headers']['X-Request-Id'];
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['HealthResponse'];
        };
      };
      /** @description Bad Request: `request.invalid`, `request.malformed`. */
      400: {
        headers: {
          'X-Request-Id': components['headers']['X-Request-Id'];
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': {
            /** @constant */
            status?: 400;
            /** @enum {string} */
            code?: 'request.invalid' | 'request.malformed';
          } & components['schemas']['Problem'];
        };
      };
      /** @description Internal Server Error: `service.fault`. */
      500: {
        headers: {
          'X-Request-Id': components['headers']['X-Request-Id'];
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': {
            /** @constant */
            status?: 500;
            /** @enum {string} */
            code?: 'service.fault';
          } & components['schemas']['Problem'];
        };
      };
    };
  };
  checkStartup: {
    parameters: {
      query?: never;
      header?: {
        /**
         * @description A name for the request, by which the answer, logs and audit trail call it.
         * @example 4a1f6c1e-8f0b-4b57-9d7e-2c5f0a9b3d61
         */
        'X-Request-Id'?: components['parameters']['RequestId'];
      };
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          'X-Request-Id': components['headers']['X-Request-Id'];
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['HealthResponse'];
        };
      };
      /** @description Bad Request: `request.invalid`, `request.malformed`. */
      400: {
        headers: {
          'X-Request-Id': components['headers']['X-Request-Id'];
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': {
            /** @constant */
            status?: 400;
            /** @enum {string} */
            code?: 'request.invalid' | 'request.malformed';
          } & components['schemas']['Problem'];
        };
      };
      /** @description Internal Server Error: `service.fault`. */
      500: {
        headers: {
          'X-Request-Id': components['headers']['X-Request-Id'];
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': {
            /** @constant */
            status?: 500;
            /** @enum {string} */
            code?: 'service.fault';
          } & components['schemas']['Problem'];
        };
      };
    };
  };
  checkReadiness: {
    parameters: {
      query?: never;
      header?: {
        /**
         * @description A name for the request, by which the answer, logs and audit trail call it.
         * @example 4a1f6c1e-8f0b-4b57-9d7e-2c5f0a9b3d61
         */
        'X-Request-Id'?: components['parameters']['RequestId'];
      };
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          'X-Request-Id': components['headers']['X-Request-Id'];
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ReadinessResponse'];
        };
      };
      /** @description Bad Request: `request.invalid`, `request.malformed`. */
      400: {
        headers: {
          'X-Request-Id': components['headers']['X-Request-Id'];
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': {
            /** @constant */
            status?: 400;
            /** @enum {string} */
            code?: 'request.invalid' | 'request.malformed';
          } & components['schemas']['Problem'];
        };
      };
      /** @description Internal Server Error: `service.fault`. */
      500: {
        headers: {
          'X-Request-Id': components['headers']['X-Request-Id'];
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': {
            /** @constant */
            status?: 500;
            /** @enum {string} */
            code?: 'service.fault';
          } & components['schemas']['Problem'];
        };
      };
      /** @description Service Unavailable: `health.not_ready`. */
      503: {
        headers: {
          'X-Request-Id': components['headers']['X-Request-Id'];
          'Retry-After': components['headers']['Retry-After'];
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': {
            /** @constant */
            status?: 503;
            /** @enum {string} */
            code?: 'health.not_ready';
            checks?: {
              [key: string]: unknown;
            };
          } & components['schemas']['Problem'];
        };
      };
    };
  };
  listAuditEvents: {
    parameters: {
      query?: {
        /** @description Rows on the page. */
        limit?: number;
        /** @description By creation, oldest first unless told. */
        order?: 'asc' | 'desc';
        /** @description The `nextCursor` of the page before. */
        cursor?: string;
        /** @description To count all rows of the list, which takes the longer the more there are. */
        include?: 'total';
        /** @description Of one institution: any with the root key, otherwise that of the key. */
        institutionId?: string;
        /** @description What was done. */
        action?:
          | 'INSTITUTION_CREATED'
          | 'INSTITUTION_UPDATED'
          | 'API_KEY_CREATED'
          | 'API_KEY_REVOKED'
          | 'API_KEY_ROTATED'
          | 'POLICY_PUT'
          | 'POLICY_DELETED'
          | 'ASSET_TEMPLATE_CREATED'
          | 'ASSET_CREATED'
          | 'ASSET_UPDATED'
          | 'POSITION_CREATED'
          | 'POSITION_TRANSITIONED'
          | 'AUTH_FAILED'
          | 'AUTH_FORBIDDEN'
          | 'VALIDATION_FAILED'
          | 'CONFLICT'
          | 'RULE_REFUSED';
        /** @description Whether it was done. */
        outcome?: 'SUCCESS' | 'REFUSED';
        /** @description By whose key. */
        apiKeyId?: string;
        /** @description Of things of one type. */
        resourceType?: string;
        /** @description Of a thing of whatever type. */
        resourceId?: string;
        /** @description Strictly after this moment. */
        occurredAfter?: string;
        /** @description Strictly before this moment. */
        occurredBefore?: string;
      };
      header?: {
        /**
         * @description A name for the request, by which the answer, logs and audit trail call it.
         * @example 4a1f6c1e-8f0b-4b57-9d7e-2c5f0a9b3d61
         */
        'X-Request-Id'?: components['parameters']['RequestId'];
      };
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          'X-Request-Id': components['headers']['X-Request-Id'];
          RateLimit: components['headers']['RateLimit'];
          'RateLimit-Policy': components['headers']['RateLimit-Policy'];
          Link: components['headers']['Link'];
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            data: components['schemas']['AuditEventResponse'][];
            page: {
              limit: number;
              /** @description Null on the last page. */
              nextCursor: string | null;
              /** @description All rows of the list, on whatever page; only with `include=total`. */
              total?: number;
            };
          };
        };
      };
      /** @description Bad Request: `request.invalid`, `request.malformed`. */
      400: {
        headers: {
          'X-Request-Id': components['headers']['X-Request-Id'];
          RateLimit: components['headers']['RateLimit'];
          'RateLimit-Policy': components['headers']['RateLimit-Policy'];
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': {
            /** @constant */
            status?: 400;
            /** @enum {string} */
            code?: 'request.invalid' | 'request.malformed';
          } & components['schemas']['Problem'];
        };
      };
      401: components['responses']['Unauthorized'];
      403: components['responses']['Forbidden'];
      /** @description Not Found: `institution.unknown`. */
      404: {
        headers: {
          'X-Request-Id': components['headers']['X-Request-Id'];
          RateLimit: components['headers']['RateLimit'];
          'RateLimit-Policy': components['headers']['RateLimit-Policy'];
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': {
            /** @constant */
            status?: 404;
            /** @enum {string} */
            code?: 'institution.unknown';
          } & components['schemas']['Problem'];
        };
      };
      429: components['responses']['TooManyRequests'];
      500: components['responses']['InternalServerError'];
      503: components['responses']['ServiceUnavailable'];
    };
  };
  listInstitutions: {
    parameters: {
      query?: {
        /** @description Rows on the page. */
        limit?: number;
        /** @description By creation, oldest first unless told. */
        order?: 'asc' | 'desc';
        /** @description The `nextCursor` of the page before. */
        cursor?: string;
        /** @description To count all rows of the list, which takes the longer the more there are. */
        include?: 'total';
      };
      header?: {
        /**
         * @description A name for the request, by which the answer, logs and audit trail call it.
         * @example 4a1f6c1e-8f0b-4b57-9d7e-2c5f0a9b3d61
         */
        'X-Request-Id'?: components['parameters']['RequestId'];
      };
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          'X-Request-Id': components['headers']['X-Request-Id'];
          RateLimit: components['headers']['RateLimit'];
          'RateLimit-Policy': components['headers']['RateLimit-Policy'];
          Link: components['headers']['Link'];
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            data: components['schemas']['InstitutionResponse'][];
            page: {
              limit: number;
              /** @description Null on the last page. */
              nextCursor: string | null;
              /** @description All rows of the list, on whatever page; only with `include=total`. */
              total?: number;
            };
          };
        };
      };
      /** @description Bad Request: `request.invalid`, `request.malformed`. */
      400: {
        headers: {
          'X-Request-Id': components['headers']['X-Request-Id'];
          RateLimit: components['headers']['RateLimit'];
          'RateLimit-Policy': components['headers']['RateLimit-Policy'];
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': {
            /** @constant */
            status?: 400;
            /** @enum {string} */
            code?: 'request.invalid' | 'request.malformed';
          } & components['schemas']['Problem'];
        };
      };
      401: components['responses']['Unauthorized'];
      429: components['responses']['TooManyRequests'];
      500: components['responses']['InternalServerError'];
      503: components['responses']['ServiceUnavailable'];
    };
  };
  createInstitution: {
    parameters: {
      query?: never;
      header?: {
        /**
         * @description A name for the request, by which the answer, logs and audit trail call it.
         * @example 4a1f6c1e-8f0b-4b57-9d7e-2c5f0a9b3d61
         */
        'X-Request-Id'?: components['parameters']['RequestId'];
        /**
         * @description Makes the request safe to repeat: the same request under the same key has one effect, and its answer is given again. Kept for at least 7 days.
         * @example 8e03978e-40d5-43dd-bc93-6894a57f9324
         */
        'Idempotency-Key'?: components['parameters']['IdempotencyKey'];
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['CreateInstitutionRequest'];
      };
    };
    responses: {
      /** @description Created. */
      201: {
        headers: {
          'X-Request-Id': components['headers']['X-Request-Id'];
          RateLimit: components['headers']['RateLimit'];
          'RateLimit-Policy': components['headers']['RateLimit-Policy'];
          ETag: components['headers']['ETag'];
          'Idempotent-Replayed': components['headers']['Idempotent-Replayed'];
          Location: components['headers']['Location'];
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['InstitutionResponse'];
        };
      };
      /** @description Bad Request: `request.invalid`, `request.malformed`, `request.malformed_header`, `request.malformed_json`. */
      400: {
        headers: {
          'X-Request-Id': components['headers']['X-Request-Id'];
          RateLimit: components['headers']['RateLimit'];
          'RateLimit-Policy': components['headers']['RateLimit-Policy'];
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': {
            /** @constant */
            status?: 400;
            /** @enum {string} */
            code?:
              'request.invalid' | 'request.malformed' | 'request.malformed_header' | 'request.malformed_json';
            header?: string;
          } & components['schemas']['Problem'];
        };
      };
      401: components['responses']['Unauthorized'];
      403: components['responses']['Forbidden'];
      409: components['responses']['Conflict'];
      413: components['responses']['PayloadTooLarge'];
      415: components['responses']['UnsupportedMediaType'];
      422: components['responses']['UnprocessableEntity'];
      429: components['responses']['TooManyRequests'];
      500: components['responses']['InternalServerError'];
      503: components['responses']['ServiceUnavailable'];
    };
  };
  readInstitution: {
    parameters: {
      query?: never;
      header?: {
        /**
         * @description A name for the request, by which the answer, logs and audit trail call it.
         * @example 4a1f6c1e-8f0b-4b57-9d7e-2c5f0a9b3d61
         */
        'X-Request-Id'?: components['parameters']['RequestId'];
        /**
         * @description Only if the resource has none of these entity tags; `*`: only if there is none. A read answers 304 otherwise.
         * @example "1"
         */
        'If-None-Match'?: components['parameters']['IfNoneMatch'];
      };
      path: {
        /** @description The id of the institution. */
        institutionId: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          'X-Request-Id': components['headers']['X-Request-Id'];
          RateLimit: components['headers']['RateLimit'];
          'RateLimit-Policy': components['headers']['RateLimit-Policy'];
          ETag: components['headers']['ETag'];
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['InstitutionResponse'];
        };
      };
      /** @description The client has the current version. */
      304: {
        headers: {
          'X-Request-Id': components['headers']['X-Request-Id'];
          RateLimit: components['headers']['RateLimit'];
          'RateLimit-Policy': components['headers']['RateLimit-Policy'];
          ETag: components['headers']['ETag'];
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description Bad Request: `request.invalid`, `request.malformed`, `request.malformed_header`. */
      400: {
        headers: {
          'X-Request-Id': components['headers']['X-Request-Id'];
          RateLimit: components['headers']['RateLimit'];
          'RateLimit-Policy': components['headers']['RateLimit-Policy'];
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': {
            /** @constant */
            status?: 400;
            /** @enum {string} */
            code?: 'request.invalid' | 'request.malformed' | 'request.malformed_header';
            header?: string;
          } & components['schemas']['Problem'];
        };
      };
      401: components['responses']['Unauthorized'];
      /** @description Not Found: `institution.unknown`. */
      404: {
        headers: {
          'X-Request-Id': components['headers']['X-Request-Id'];
          RateLimit: components['headers']['RateLimit'];
          'RateLimit-Policy': components['headers']['RateLimit-Policy'];
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': {
            /** @constant */
            status?: 404;
            /** @enum {string} */
            code?: 'institution.unknown';
          } & components['schemas']['Problem'];
        };
      };
      429: components['responses']['TooManyRequests'];
      500: components['responses']['InternalServerError'];
      503: components['responses']['ServiceUnavailable'];
    };
  };
  updateInstitution: {
    parameters: {
      query?: never;
      header?: {
        /**
         * @description A name for the request, by which the answer, logs and audit trail call it.
         * @example 4a1f6c1e-8f0b-4b57-9d7e-2c5f0a9b3d61
         */
        'X-Request-Id'?: components['parameters']['RequestId'];
        /**
         * @description Makes the request safe to repeat: the same request under the same key has one effect, and its answer is given again. Kept for at least 7 days.
         * @example 8e03978e-40d5-43dd-bc93-6894a57f9324
         */
        'Idempotency-Key'?: components['parameters']['IdempotencyKey'];
        /**
         * @description Carries the request out only if the resource still has one of these entity tags.
         * @example "1"
         */
        'If-Match'?: components['parameters']['IfMatch'];
        /**
         * @description Only if the resource has none of these entity tags; `*`: only if there is none. A read answers 304 otherwise.
         * @example "1"
         */
        'If-None-Match'?: components['parameters']['IfNoneMatch'];
      };
      path: {
        /** @description The id of the institution. */
        institutionId: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['PatchInstitutionRequest'];
      };
    };
    responses: {
      /** @description Done. */
      200: {
        headers: {
          'X-Request-Id': components['headers']['X-Request-Id'];
          RateLimit: components['headers']['RateLimit'];
          'RateLimit-Policy': components['headers']['RateLimit-Policy'];
          ETag: components['headers']['ETag'];
          'Idempotent-Replayed': components['headers']['Idempotent-Replayed'];
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['InstitutionResponse'];
        };
      };
      /** @description Bad Request: `request.invalid`, `request.malformed`, `request.malformed_header`, `request.malformed_json`. */
      400: {
        headers: {
          'X-Request-Id': components['headers']['X-Request-Id'];
          RateLimit: components['headers']['RateLimit'];
          'RateLimit-Policy': components['headers']['RateLimit-Policy'];
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': {
            /** @constant */
            status?: 400;
            /** @enum {string} */
            code?:
              'request.invalid' | 'request.malformed' | 'request.malformed_header' | 'request.malformed_json';
            header?: string;
          } & components['schemas']['Problem'];
        };
      };
      401: components['responses']['Unauthorized'];
      403: components['responses']['Forbidden'];
      /** @description Not Found: `institution.unknown`. */
      404: {
        headers: {
          'X-Request-Id': components['headers']['X-Request-Id'];
          RateLimit: components['headers']['RateLimit'];
          'RateLimit-Policy': components['headers']['RateLimit-Policy'];
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': {
            /** @constant */
            status?: 404;
            /** @enum {string} */
            code?: 'institution.unknown';
          } & components['schemas']['Problem'];
        };
      };
      409: components['responses']['Conflict'];
      412: components['responses']['PreconditionFailed'];
      413: components['responses']['PayloadTooLarge'];
      415: components['responses']['UnsupportedMediaType'];
      422: components['responses']['UnprocessableEntity'];
      429: components['responses']['TooManyRequests'];
      500: components['responses']['InternalServerError'];
      503: components['responses']['ServiceUnavailable'];
    };
  };
  listApiKeys: {
    parameters: {
      query?: {
        /** @description Rows on the page. */
        limit?: number;
        /** @description By creation, oldest first unless told. */
        order?: 'asc' | 'desc';
        /** @description The `nextCursor` of the page before. */
        cursor?: string;
        /** @description To count all rows of the list, which takes the longer the more there are. */
        include?: 'total';
        /** @description Whether to list revoked and expired keys too. */
        includeRevoked?: 'true' | 'false';
      };
      header?: {
        /**
         * @description A name for the request, by which the answer, logs and audit trail call it.
         * @example 4a1f6c1e-8f0b-4b57-9d7e-2c5f0a9b3d61
         */
        'X-Request-Id'?: components['parameters']['RequestId'];
      };
      path: {
        /** @description The id of the institution. */
        institutionId: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          'X-Request-Id': components['headers']['X-Request-Id'];
          RateLimit: components['headers']['RateLimit'];
          'RateLimit-Policy': components['headers']['RateLimit-Policy'];
          Link: components['headers']['Link'];
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            data: components['schemas']['ApiKeyResponse'][];
            page: {
              limit: number;
              /** @description Null on the last page. */
              nextCursor: string | null;
              /** @description All rows of the list, on whatever page; only with `include=total`. */
              total?: number;
            };
          };
        };
      };
      /** @description Bad Request: `request.invalid`, `request.malformed`. */
      400: {
        headers: {
          'X-Request-Id': components['headers']['X-Request-Id'];
          RateLimit: components['headers']['RateLimit'];
          'RateLimit-Policy': components['headers']['RateLimit-Policy'];
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': {
            /** @constant */
            status?: 400;
            /** @enum {string} */
            code?: 'request.invalid' | 'request.malformed';
          } & components['schemas']['Problem'];
        };
      };
      401: components['responses']['Unauthorized'];
      403: components['responses']['Forbidden'];
      /** @description Not Found: `institution.unknown`. */
      404: {
        headers: {
          'X-Request-Id': components['headers']['X-Request-Id'];
          RateLimit: components['headers']['RateLimit'];
          'RateLimit-Policy': components['headers']['RateLimit-Policy'];
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': {
            /** @constant */
            status?: 404;
            /** @enum {string} */
            code?: 'institution.unknown';
          } & components['schemas']['Problem'];
        };
      };
      429: components['responses']['TooManyRequests'];
      500: components['responses']['InternalServerError'];
      503: components['responses']['ServiceUnavailable'];
    };
  };
  createApiKey: {
    parameters: {
      query?: never;
      header?: {
        /**
         * @description A name for the request, by which the answer, logs and audit trail call it.
         * @example 4a1f6c1e-8f0b-4b57-9d7e-2c5f0a9b3d61
         */
        'X-Request-Id'?: components['parameters']['RequestId'];
        /**
         * @description Makes the request safe to repeat: the same request under the same key has one effect, and its answer is given again. Kept for at least 7 days.
         * @example 8e03978e-40d5-43dd-bc93-6894a57f9324
         */
        'Idempotency-Key'?: components['parameters']['IdempotencyKey'];
      };
      path: {
        /** @description The id of the institution. */
        institutionId: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['CreateApiKeyRequest'];
      };
    };
    responses: {
      /** @description Created. */
      201: {
        headers: {
          'X-Request-Id': components['headers']['X-Request-Id'];
          RateLimit: components['headers']['RateLimit'];
          'RateLimit-Policy': components['headers']['RateLimit-Policy'];
          'Idempotent-Replayed': components['headers']['Idempotent-Replayed'];
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['CreatedApiKeyResponse'];
        };
      };
      /** @description Bad Request: `api_key.expiry_past`, `request.invalid`, `request.malformed`, `request.malformed_header`, `request.malformed_json`. */
      400: {
        headers: {
          'X-Request-Id': components['headers']['X-Request-Id'];
          RateLimit: components['headers']['RateLimit'];
          'RateLimit-Policy': components['headers']['RateLimit-Policy'];
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': {
            /** @constant */
            status?: 400;
            /** @enum {string} */
            code?:
              | 'api_key.expiry_past'
              | 'request.invalid'
              | 'request.malformed'
              | 'request.malformed_header'
              | 'request.malformed_json';
            header?: string;
          } & components['schemas']['Problem'];
        };
      };
      401: components['responses']['Unauthorized'];
      403: components['responses']['Forbidden'];
      /** @description Not Found: `institution.unknown`. */
      404: {
        headers: {
          'X-Request-Id': components['headers']['X-Request-Id'];
          RateLimit: components['headers']['RateLimit'];
          'RateLimit-Policy': components['headers']['RateLimit-Policy'];
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': {
            /** @constant */
            status?: 404;
            /** @enum {string} */
            code?: 'institution.unknown';
          } & components['schemas']['Problem'];
        };
      };
      409: components['responses']['Conflict'];
      413: components['responses']['PayloadTooLarge'];
      415: components['responses']['UnsupportedMediaType'];
      422: components['responses']['UnprocessableEntity'];
      429: components['responses']['TooManyRequests'];
      500: components['responses']['InternalServerError'];
      503: components['responses']['ServiceUnavailable'];
    };
  };
  revokeApiKey: {
    parameters: {
      query?: never;
      header?: {
        /**
         * @description A name for the request, by which the answer, logs and audit trail call it.
         * @example 4a1f6c1e-8f0b-4b57-9d7e-2c5f0a9b3d61
         */
        'X-Request-Id'?: components['parameters']['RequestId'];
        /**
         * @description Makes the request safe to repeat: the same request under the same key has one effect, and its answer is given again. Kept for at least 7 days.
         * @example 8e03978e-40d5-43dd-bc93-6894a57f9324
         */
        'Idempotency-Key'?: components['parameters']['IdempotencyKey'];
      };
      path: {
        /** @description The id of the institution. */
        institutionId: string;
        /** @description The id of the API key. */
        keyId: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          'X-Request-Id': components['headers']['X-Request-Id'];
          RateLimit: components['headers']['RateLimit'];
          'RateLimit-Policy': components['headers']['RateLimit-Policy'];
          'Idempotent-Replayed': components['headers']['Idempotent-Replayed'];
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ApiKeyResponse'];
        };
      };
      /** @description Bad Request: `request.invalid`, `request.malformed`, `request.malformed_header`, `request.malformed_json`. */
      400: {
        headers: {
          'X-Request-Id': components['headers']['X-Request-Id'];
          RateLimit: components['headers']['RateLimit'];
          'RateLimit-Policy': components['headers']['RateLimit-Policy'];
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': {
            /** @constant */
            status?: 400;
            /** @enum {string} */
            code?:
              'request.invalid' | 'request.malformed' | 'request.malformed_header' | 'request.malformed_json';
            header?: string;
          } & components['schemas']['Problem'];
        };
      };
      401: components['responses']['Unauthorized'];
      403: components['responses']['Forbidden'];
      /** @description Not Found: `api_key.unknown`, `institution.unknown`. */
      404: {
        headers: {
          'X-Request-Id': components['headers']['X-Request-Id'];
          RateLimit: components['headers']['RateLimit'];
          'RateLimit-Policy': components['headers']['RateLimit-Policy'];
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': {
            /** @constant */
            status?: 404;
            /** @enum {string} */
            code?: 'api_key.unknown' | 'institution.unknown';
          } & components['schemas']['Problem'];
        };
      };
      /** @description Conflict: `api_key.last_admin`, `command.conflict`. */
      409: {
        headers: {
          'X-Request-Id': components['headers']['X-Request-Id'];
          RateLimit: components['headers']['RateLimit'];
          'RateLimit-Policy': components['headers']['RateLimit-Policy'];
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': {
            /** @constant */
            status?: 409;
            /** @enum {string} */
            code?: 'api_key.last_admin' | 'command.conflict';
          } & components['schemas']['Problem'];
        };
      };
      413: components['responses']['PayloadTooLarge'];
      415: components['responses']['UnsupportedMediaType'];
      422: components['responses']['UnprocessableEntity'];
      429: components['responses']['TooManyRequests'];
      500: components['responses']['InternalServerError'];
      503: components['responses']['ServiceUnavailable'];
    };
  };
  rotateApiKey: {
    parameters: {
      query?: never;
      header?: {
        /**
         * @description A name for the request, by which the answer, logs and audit trail call it.
         * @example 4a1f6c1e-8f0b-4b57-9d7e-2c5f0a9b3d61
         */
        'X-Request-Id'?: components['parameters']['RequestId'];
        /**
         * @description Makes the request safe to repeat: the same request under the same key has one effect, and its answer is given again. Kept for at least 7 days.
         * @example 8e03978e-40d5-43dd-bc93-6894a57f9324
         */
        'Idempotency-Key'?: components['parameters']['IdempotencyKey'];
      };
      path: {
        /** @description The id of the institution. */
        institutionId: string;
        /** @description The id of the API key. */
        keyId: string;
      };
      cookie?: never;
    };
    requestBody?: {
      content: {
        'application/json': components['schemas']['RotateApiKeyRequest'];
      };
    };
    responses: {
      /** @description Created. */
      201: {
        headers: {
          'X-Request-Id': components['headers']['X-Request-Id'];
          RateLimit: components['headers']['RateLimit'];
          'RateLimit-Policy': components['headers']['RateLimit-Policy'];
          'Idempotent-Replayed': components['headers']['Idempotent-Replayed'];
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['CreatedApiKeyResponse'];
        };
      };
      /** @description Bad Request: `request.invalid`, `request.malformed`, `request.malformed_header`, `request.malformed_json`. */
      400: {
        headers: {
          'X-Request-Id': components['headers']['X-Request-Id'];
          RateLimit: components['headers']['RateLimit'];
          'RateLimit-Policy': components['headers']['RateLimit-Policy'];
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': {
            /** @constant */
            status?: 400;
            /** @enum {string} */
            code?:
              'request.invalid' | 'request.malformed' | 'request.malformed_header' | 'request.malformed_json';
            header?: string;
          } & components['schemas']['Problem'];
        };
      };
      401: components['responses']['Unauthorized'];
      403: components['responses']['Forbidden'];
      /** @description Not Found: `api_key.unknown`, `institution.unknown`. */
      404: {
        headers: {
          'X-Request-Id': components['headers']['X-Request-Id'];
          RateLimit: components['headers']['RateLimit'];
          'RateLimit-Policy': components['headers']['RateLimit-Policy'];
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': {
            /** @constant */
            status?: 404;
            /** @enum {string} */
            code?: 'api_key.unknown' | 'institution.unknown';
          } & components['schemas']['Problem'];
        };
      };
      /** @description Conflict: `api_key.not_active`, `api_key.rotated_before`, `command.conflict`. */
      409: {
        headers: {
          'X-Request-Id': components['headers']['X-Request-Id'];
          RateLimit: components['headers']['RateLimit'];
          'RateLimit-Policy': components['headers']['RateLimit-Policy'];
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': {
            /** @constant */
            status?: 409;
            /** @enum {string} */
            code?: 'api_key.not_active' | 'api_key.rotated_before' | 'command.conflict';
          } & components['schemas']['Problem'];
        };
      };
      413: components['responses']['PayloadTooLarge'];
      415: components['responses']['UnsupportedMediaType'];
      422: components['responses']['UnprocessableEntity'];
      429: components['responses']['TooManyRequests'];
      500: components['responses']['InternalServerError'];
      503: components['responses']['ServiceUnavailable'];
    };
  };
  listTemplateTypes: {
    parameters: {
      query?: never;
      header?: {
        /**
         * @description A name for the request, by which the answer, logs and audit trail call it.
         * @example 4a1f6c1e-8f0b-4b57-9d7e-2c5f0a9b3d61
         */
        'X-Request-Id'?: components['parameters']['RequestId'];
      };
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          'X-Request-Id': components['headers']['X-Request-Id'];
          RateLimit: components['headers']['RateLimit'];
          'RateLimit-Policy': components['headers']['RateLimit-Policy'];
          Link: components['headers']['Link'];
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            data: components['schemas']['TemplateTypeResponse'][];
            page: {
              limit: number;
              /** @description Null on the last page. */
              nextCursor: string | null;
              /** @description All rows of the list, on whatever page; only with `include=total`. */
              total?: number;
            };
          };
        };
      };
      /** @description Bad Request: `request.invalid`, `request.malformed`. */
      400: {
        headers: {
          'X-Request-Id': components['headers']['X-Request-Id'];
          RateLimit: components['headers']['RateLimit'];
          'RateLimit-Policy': components['headers']['RateLimit-Policy'];
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': {
            /** @constant */
            status?: 400;
            /** @enum {string} */
            code?: 'request.invalid' | 'request.malformed';
          } & components['schemas']['Problem'];
        };
      };
      401: components['responses']['Unauthorized'];
      429: components['responses']['TooManyRequests'];
      500: components['responses']['InternalServerError'];
      503: components['responses']['ServiceUnavailable'];
    };
  };
  readTemplateType: {
    parameters: {
      query?: never;
      header?: {
        /**
         * @description A name for the request, by which the answer, logs and audit trail call it.
         * @example 4a1f6c1e-8f0b-4b57-9d7e-2c5f0a9b3d61
         */
        'X-Request-Id'?: components['parameters']['RequestId'];
        /**
         * @description Only if the resource has none of these entity tags; `*`: only if there is none. A read answers 304 otherwise.
         * @example "1"
         */
        'If-None-Match'?: components['parameters']['IfNoneMatch'];
      };
      path: {
        /** @description The code of the template type. */
        code: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          'X-Request-Id': components['headers']['X-Request-Id'];
          RateLimit: components['headers']['RateLimit'];
          'RateLimit-Policy': components['headers']['RateLimit-Policy'];
          ETag: components['headers']['ETag'];
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['TemplateTypeResponse'];
        };
      };
      /** @description The client has the current version. */
      304: {
        headers: {
          'X-Request-Id': components['headers']['X-Request-Id'];
          RateLimit: components['headers']['RateLimit'];
          'RateLimit-Policy': components['headers']['RateLimit-Policy'];
          ETag: components['headers']['ETag'];
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description Bad Request: `request.invalid`, `request.malformed`, `request.malformed_header`. */
      400: {
        headers: {
          'X-Request-Id': components['headers']['X-Request-Id'];
          RateLimit: components['headers']['RateLimit'];
          'RateLimit-Policy': components['headers']['RateLimit-Policy'];
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': {
            /** @constant */
            status?: 400;
            /** @enum {string} */
            code?: 'request.invalid' | 'request.malformed' | 'request.malformed_header';
            header?: string;
          } & components['schemas']['Problem'];
        };
      };
      401: components['responses']['Unauthorized'];
      /** @description Not Found: `template_type.unknown`. */
      404: {
        headers: {
          'X-Request-Id': components['headers']['X-Request-Id'];
          RateLimit: components['headers']['RateLimit'];
          'RateLimit-Policy': components['headers']['RateLimit-Policy'];
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': {
            /** @constant */
            status?: 404;
            /** @enum {string} */
            code?: 'template_type.unknown';
          } & components['schemas']['Problem'];
        };
      };
      429: components['responses']['TooManyRequests'];
      500: components['responses']['InternalServerError'];
      503: components['responses']['ServiceUnavailable'];
    };
  };
  listAssetTemplates: {
    parameters: {
      query?: {
        /** @description Rows on the page. */
        limit?: number;
        /** @description By creation, oldest first unless told. */
        order?: 'asc' | 'desc';
        /** @description The `nextCursor` of the page before. */
        cursor?: string;
        /** @description To count all rows of the list, which takes the longer the more there are. */
        include?: 'total';
        /** @description Of one institution: any with the root key, otherwise that of the key. */
        institutionId?: string;
        /** @description Of one code. */
        code?: 'CONSTR_ESCROW' | 'CONSTR_RETAINAGE' | 'TF_INVOICE' | 'TF_LC';
        /** @description Of one vertical. */
        vertical?: 'CONSTRUCTION' | 'TRADE_FINANCE';
        /** @description Of one region. */
        region?: 'US' | 'EU_UK' | 'SG' | 'UAE';
        /** @description Texts that the config has at its top level. Each is a parameter with its key in brackets. Several must all be there, 10 at most; a key has 1 to 200 characters other than brackets, and is given once. */
        config?: {
          [key: string]: string;
        };
      };
      header?: {
        /**
         * @description A name for the request, by which the answer, logs and audit trail call it.
         * @example 4a1f6c1e-8f0b-4b57-9d7e-2c5f0a9b3d61
         */
        'X-Request-Id'?: components['parameters']['RequestId'];
      };
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          'X-Request-Id': components['headers']['X-Request-Id'];
          RateLimit: components['headers']['RateLimit'];
          'RateLimit-Policy': components['headers']['RateLimit-Policy'];
          Link: components['headers']['Link'];
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            data: components['schemas']['AssetTemplateResponse'][];
            page: {
              limit: number;
              /** @description Null on the last page. */
              nextCursor: string | null;
              /** @description All rows of the list, on whatever page; only with `include=total`. */
              total?: number;
            };
          };
        };
      };
      /** @description Bad Request: `request.invalid`, `request.malformed`. */
      400: {
        headers: {
          'X-Request-Id': components['headers']['X-Request-Id'];
          RateLimit: components['headers']['RateLimit'];
          'RateLimit-Policy': components['headers']['RateLimit-Policy'];
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': {
            /** @constant */
            status?: 400;
            /** @enum {string} */
            code?: 'request.invalid' | 'request.malformed';
          } & components['schemas']['Problem'];
        };
      };
      401: components['responses']['Unauthorized'];
      /** @description Not Found: `institution.unknown`. */
      404: {
        headers: {
          'X-Request-Id': components['headers']['X-Request-Id'];
          RateLimit: components['headers']['RateLimit'];
          'RateLimit-Policy': components['headers']['RateLimit-Policy'];
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': {
            /** @constant */
            status?: 404;
            /** @enum {string} */
            code?: 'institution.unknown';
          } & components['schemas']['Problem'];
        };
      };
      429: components['responses']['TooManyRequests'];
      500: components['responses']['InternalServerError'];
      503: components['responses']['ServiceUnavailable'];
    };
  };
  createAssetTemplate: {
    parameters: {
      query?: never;
      header?: {
        /**
         * @description A name for the request, by which the answer, logs and audit trail call it.
         * @example 4a1f6c1e-8f0b-4b57-9d7e-2c5f0a9b3d61
         */
        'X-Request-Id'?: components['parameters']['RequestId'];
        /**
         * @description Makes the request safe to repeat: the same request under the same key has one effect, and its answer is given again. Kept for at least 7 days.
         * @example 8e03978e-40d5-43dd-bc93-6894a57f9324
         */
        'Idempotency-Key'?: components['parameters']['IdempotencyKey'];
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['CreateAssetTemplateRequest'];
      };
    };
    responses: {
      /** @description Created. */
      201: {
        headers: {
          'X-Request-Id': components['headers']['X-Request-Id'];
          RateLimit: components['headers']['RateLimit'];
          'RateLimit-Policy': components['headers']['RateLimit-Policy'];
          ETag: components['headers']['ETag'];
          'Idempotent-Replayed': components['headers']['Idempotent-Replayed'];
          Location: components['headers']['Location'];
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['AssetTemplateResponse'];
        };
      };
      /** @description Bad Request: `request.invalid`, `request.malformed`, `request.malformed_header`, `request.malformed_json`, `template.invalid_config`. */
      400: {
        headers: {
          'X-Request-Id': components['headers']['X-Request-Id'];
          RateLimit: components['headers']['RateLimit'];
          'RateLimit-Policy': components['headers']['RateLimit-Policy'];
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': {
            /** @constant */
            status?: 400;
            /** @enum {string} */
            code?:
              | 'request.invalid'
              | 'request.malformed'
              | 'request.malformed_header'
              | 'request.malformed_json'
              | 'template.invalid_config';
            header?: string;
          } & components['schemas']['Problem'];
        };
      };
      401: components['responses']['Unauthorized'];
      403: components['responses']['Forbidden'];
      /** @description Not Found: `institution.unknown`. */
      404: {
        headers: {
          'X-Request-Id': components['headers']['X-Request-Id'];
          RateLimit: components['headers']['RateLimit'];
          'RateLimit-Policy': components['headers']['RateLimit-Policy'];
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': {
            /** @constant */
            status?: 404;
            /** @enum {string} */
            code?: 'institution.unknown';
          } & components['schemas']['Problem'];
        };
      };
      409: components['responses']['Conflict'];
      413: components['responses']['PayloadTooLarge'];
      415: components['responses']['UnsupportedMediaType'];
      /** @description Unprocessable Entity: `idempotency.mismatch`, `template.region_not_served`, `template.vertical_not_served`, `template.wrong_vertical`. */
      422: {
        headers: {
          'X-Request-Id': components['headers']['X-Request-Id'];
          RateLimit: components['headers']['RateLimit'];
          'RateLimit-Policy': components['headers']['RateLimit-Policy'];
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': {
            /** @constant */
            status?: 422;
            /** @enum {string} */
            code?:
              | 'idempotency.mismatch'
              | 'template.region_not_served'
              | 'template.vertical_not_served'
              | 'template.wrong_vertical';
            regions?: ('US' | 'EU_UK' | 'SG' | 'UAE')[];
            verticals?: ('CONSTRUCTION' | 'TRADE_FINANCE')[];
            /** @enum {string} */
            expected?: 'CONSTRUCTION' | 'TRADE_FINANCE';
          } & components['schemas']['Problem'];
        };
      };
      429: components['responses']['TooManyRequests'];
      500: components['responses']['InternalServerError'];
      503: components['responses']['ServiceUnavailable'];
    };
  };
  readAssetTemplate: {
    parameters: {
      query?: never;
      header?: {
        /**
         * @description A name for the request, by which the answer, logs and audit trail call it.
         * @example 4a1f6c1e-8f0b-4b57-9d7e-2c5f0a9b3d61
         */
        'X-Request-Id'?: components['parameters']['RequestId'];
        /**
         * @description Only if the resource has none of these entity tags; `*`: only if there is none. A read answers 304 otherwise.
         * @example "1"
         */
        'If-None-Match'?: components['parameters']['IfNoneMatch'];
      };
      path: {
        /** @description The id of the asset template. */
        templateId: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          'X-Request-Id': components['headers']['X-Request-Id'];
          RateLimit: components['headers']['RateLimit'];
          'RateLimit-Policy': components['headers']['RateLimit-Policy'];
          ETag: components['headers']['ETag'];
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['AssetTemplateResponse'];
        };
      };
      /** @description The client has the current version. */
      304: {
        headers: {
          'X-Request-Id': components['headers']['X-Request-Id'];
          RateLimit: components['headers']['RateLimit'];
          'RateLimit-Policy': components['headers']['RateLimit-Policy'];
          ETag: components['headers']['ETag'];
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description Bad Request: `request.invalid`, `request.malformed`, `request.malformed_header`. */
      400: {
        headers: {
          'X-Request-Id': components['headers']['X-Request-Id'];
          RateLimit: components['headers']['RateLimit'];
          'RateLimit-Policy': components['headers']['RateLimit-Policy'];
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': {
            /** @constant */
            status?: 400;
            /** @enum {string} */
            code?: 'request.invalid' | 'request.malformed' | 'request.malformed_header';
            header?: string;
          } & components['schemas']['Problem'];
        };
      };
      401: components['responses']['Unauthorized'];
      /** @description Not Found: `template.unknown`. */
      404: {
        headers: {
          'X-Request-Id': components['headers']['X-Request-Id'];
          RateLimit: components['headers']['RateLimit'];
          'RateLimit-Policy': components['headers']['RateLimit-Policy'];
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': {
            /** @constant */
            status?: 404;
            /** @enum {string} */
            code?: 'template.unknown';
          } & components['schemas']['Problem'];
        };
      };
      429: components['responses']['TooManyRequests'];
      500: components['responses']['InternalServerError'];
      503: components['responses']['ServiceUnavailable'];
    };
  };
  listAssets: {
    parameters: {
      query?: {
        /** @description Rows on the page. */
        limit?: number;
        /** @description By creation, oldest first unless told. */
        order?: 'asc' | 'desc';
        /** @description The `nextCursor` of the page before. */
        cursor?: string;
        /** @description To count all rows of the list, which takes the longer the more there are. */
        include?: 'total';
        /** @description Of one institution: any with the root key, otherwise that of the key. */
        institutionId?: string;
        /** @description Under one template. */
        templateId?: string;
        /** @description Texts that the metadata has at its top level. Each is a parameter with its key in brackets. Several must all be there, 10 at most; a key has 1 to 200 characters other than brackets, and is given once. */
        metadata?: {
          [key: string]: string;
        };
      };
      header?: {
        /**
         * @description A name for the request, by which the answer, logs and audit trail call it.
         * @example 4a1f6c1e-8f0b-4b57-9d7e-2c5f0a9b3d61
         */
        'X-Request-Id'?: components['parameters']['RequestId'];
      };
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          'X-Request-Id': components['headers']['X-Request-Id'];
          RateLimit: components['headers']['RateLimit'];
          'RateLimit-Policy': components['headers']['RateLimit-Policy'];
          Link: components['headers']['Link'];
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            data: components['schemas']['AssetResponse'][];
            page: {
              limit: number;
              /** @description Null on the last page. */
              nextCursor: string | null;
              /** @description All rows of the list, on whatever page; only with `include=total`. */
              total?: number;
            };
          };
        };
      };
      /** @description Bad Request: `request.invalid`, `request.malformed`. */
      400: {
        headers: {
          'X-Request-Id': components['headers']['X-Request-Id'];
          RateLimit: components['headers']['RateLimit'];
          'RateLimit-Policy': components['headers']['RateLimit-Policy'];
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': {
            /** @constant */
            status?: 400;
            /** @enum {string} */
            code?: 'request.invalid' | 'request.malformed';
          } & components['schemas']['Problem'];
        };
      };
      401: components['responses']['Unauthorized'];
      /** @description Not Found: `institution.unknown`. */
      404: {
        headers: {
          'X-Request-Id': components['headers']['X-Request-Id'];
          RateLimit: components['headers']['RateLimit'];
          'RateLimit-Policy': components['headers']['RateLimit-Policy'];
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': {
            /** @constant */
            status?: 404;
            /** @enum {string} */
            code?: 'institution.unknown';
          } & components['schemas']['Problem'];
        };
      };
      429: components['responses']['TooManyRequests'];
      500: components['responses']['InternalServerError'];
      503: components['responses']['ServiceUnavailable'];
    };
  };
  createAsset: {
    parameters: {
      query?: never;
      header?: {
        /**
         * @description A name for the request, by which the answer, logs and audit trail call it.
         * @example 4a1f6c1e-8f0b-4b57-9d7e-2c5f0a9b3d61
         */
        'X-Request-Id'?: components['parameters']['RequestId'];
        /**
         * @description Makes the request safe to repeat: the same request under the same key has one effect, and its answer is given again. Kept for at least 7 days.
         * @example 8e03978e-40d5-43dd-bc93-6894a57f9324
         */
        'Idempotency-Key'?: components['parameters']['IdempotencyKey'];
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['CreateAssetRequest'];
      };
    };
    responses: {
      /** @description Created. */
      201: {
        headers: {
          'X-Request-Id': components['headers']['X-Request-Id'];
          RateLimit: components['headers']['RateLimit'];
          'RateLimit-Policy': components['headers']['RateLimit-Policy'];
          ETag: components['headers']['ETag'];
          'Idempotent-Replayed': components['headers']['Idempotent-Replayed'];
          Location: components['headers']['Location'];
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['AssetResponse'];
        };
      };
      /** @description Bad Request: `request.invalid`, `request.malformed`, `request.malformed_header`, `request.malformed_json`. */
      400: {
        headers: {
          'X-Request-Id': components['headers']['X-Request-Id'];
          RateLimit: components['headers']['RateLimit'];
          'RateLimit-Policy': components['headers']['RateLimit-Policy'];
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': {
            /** @constant */
            status?: 400;
            /** @enum {string} */
            code?:
              'request.invalid' | 'request.malformed' | 'request.malformed_header' | 'request.malformed_json';
            header?: string;
          } & components['schemas']['Problem'];
        };
      };
      401: components['responses']['Unauthorized'];
      403: components['responses']['Forbidden'];
      /** @description Not Found: `institution.unknown`, `template.unknown`. */
      404: {
        headers: {
          'X-Request-Id': components['headers']['X-Request-Id'];
          RateLimit: components['headers']['RateLimit'];
          'RateLimit-Policy': components['headers']['RateLimit-Policy'];
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': {
            /** @constant */
            status?: 404;
            /** @enum {string} */
            code?: 'institution.unknown' | 'template.unknown';
          } & components['schemas']['Problem'];
        };
      };
      409: components['responses']['Conflict'];
      413: components['responses']['PayloadTooLarge'];
      415: components['responses']['UnsupportedMediaType'];
      422: components['responses']['UnprocessableEntity'];
      429: components['responses']['TooManyRequests'];
      500: components['responses']['InternalServerError'];
      503: components['responses']['ServiceUnavailable'];
    };
  };
  readAsset: {
    parameters: {
      query?: never;
      header?: {
        /**
         * @description A name for the request, by which the answer, logs and audit trail call it.
         * @example 4a1f6c1e-8f0b-4b57-9d7e-2c5f0a9b3d61
         */
        'X-Request-Id'?: components['parameters']['RequestId'];
        /**
         * @description Only if the resource has none of these entity tags; `*`: only if there is none. A read answers 304 otherwise.
         * @example "1"
         */
        'If-None-Match'?: components['parameters']['IfNoneMatch'];
      };
      path: {
        /** @description The id of the asset. */
        assetId: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          'X-Request-Id': components['headers']['X-Request-Id'];
          RateLimit: components['headers']['RateLimit'];
          'RateLimit-Policy': components['headers']['RateLimit-Policy'];
          ETag: components['headers']['ETag'];
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['AssetResponse'];
        };
      };
      /** @description The client has the current version. */
      304: {
        headers: {
          'X-Request-Id': components['headers']['X-Request-Id'];
          RateLimit: components['headers']['RateLimit'];
          'RateLimit-Policy': components['headers']['RateLimit-Policy'];
          ETag: components['headers']['ETag'];
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description Bad Request: `request.invalid`, `request.malformed`, `request.malformed_header`. */
      400: {
        headers: {
          'X-Request-Id': components['headers']['X-Request-Id'];
          RateLimit: components['headers']['RateLimit'];
          'RateLimit-Policy': components['headers']['RateLimit-Policy'];
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': {
            /** @constant */
            status?: 400;
            /** @enum {string} */
            code?: 'request.invalid' | 'request.malformed' | 'request.malformed_header';
            header?: string;
          } & components['schemas']['Problem'];
        };
      };
      401: components['responses']['Unauthorized'];
      /** @description Not Found: `asset.unknown`. */
      404: {
        headers: {
          'X-Request-Id': components['headers']['X-Request-Id'];
          RateLimit: components['headers']['RateLimit'];
          'RateLimit-Policy': components['headers']['RateLimit-Policy'];
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': {
            /** @constant */
            status?: 404;
            /** @enum {string} */
            code?: 'asset.unknown';
          } & components['schemas']['Problem'];
        };
      };
      429: components['responses']['TooManyRequests'];
      500: components['responses']['InternalServerError'];
      503: components['responses']['ServiceUnavailable'];
    };
  };
  updateAsset: {
    parameters: {
      query?: never;
      header?: {
        /**
         * @description A name for the request, by which the answer, logs and audit trail call it.
         * @example 4a1f6c1e-8f0b-4b57-9d7e-2c5f0a9b3d61
         */
        'X-Request-Id'?: components['parameters']['RequestId'];
        /**
         * @description Makes the request safe to repeat: the same request under the same key has one effect, and its answer is given again. Kept for at least 7 days.
         * @example 8e03978e-40d5-43dd-bc93-6894a57f9324
         */
        'Idempotency-Key'?: components['parameters']['IdempotencyKey'];
        /**
         * @description Carries the request out only if the resource still has one of these entity tags.
         * @example "1"
         */
        'If-Match'?: components['parameters']['IfMatch'];
        /**
         * @description Only if the resource has none of these entity tags; `*`: only if there is none. A read answers 304 otherwise.
         * @example "1"
         */
        'If-None-Match'?: components['parameters']['IfNoneMatch'];
      };
      path: {
        /** @description The id of the asset. */
        assetId: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['PatchAssetRequest'];
      };
    };
    responses: {
      /** @description Done. */
      200: {
        headers: {
          'X-Request-Id': components['headers']['X-Request-Id'];
          RateLimit: components['headers']['RateLimit'];
          'RateLimit-Policy': components['headers']['RateLimit-Policy'];
          ETag: components['headers']['ETag'];
          'Idempotent-Replayed': components['headers']['Idempotent-Replayed'];
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['AssetResponse'];
        };
      };
      /** @description Bad Request: `request.invalid`, `request.malformed`, `request.malformed_header`, `request.malformed_json`. */
      400: {
        headers: {
          'X-Request-Id': components['headers']['X-Request-Id'];
          RateLimit: components['headers']['RateLimit'];
          'RateLimit-Policy': components['headers']['RateLimit-Policy'];
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': {
            /** @constant */
            status?: 400;
            /** @enum {string} */
            code?:
              'request.invalid' | 'request.malformed' | 'request.malformed_header' | 'request.malformed_json';
            header?: string;
          } & components['schemas']['Problem'];
        };
      };
      401: components['responses']['Unauthorized'];
      403: components['responses']['Forbidden'];
      /** @description Not Found: `asset.unknown`. */
      404: {
        headers: {
          'X-Request-Id': components['headers']['X-Request-Id'];
          RateLimit: components['headers']['RateLimit'];
          'RateLimit-Policy': components['headers']['RateLimit-Policy'];
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': {
            /** @constant */
            status?: 404;
            /** @enum {string} */
            code?: 'asset.unknown';
          } & components['schemas']['Problem'];
        };
      };
      409: components['responses']['Conflict'];
      412: components['responses']['PreconditionFailed'];
      413: components['responses']['PayloadTooLarge'];
      415: components['responses']['UnsupportedMediaType'];
      422: components['responses']['UnprocessableEntity'];
      429: components['responses']['TooManyRequests'];
      500: components['responses']['InternalServerError'];
      503: components['responses']['ServiceUnavailable'];
    };
  };
  readPolicy: {
    parameters: {
      query?: never;
      header?: {
        /**
         * @description A name for the request, by which the answer, logs and audit trail call it.
         * @example 4a1f6c1e-8f0b-4b57-9d7e-2c5f0a9b3d61
         */
        'X-Request-Id'?: components['parameters']['RequestId'];
        /**
         * @description Only if the resource has none of these entity tags; `*`: only if there is none. A read answers 304 otherwise.
         * @example "1"
         */
        'If-None-Match'?: components['parameters']['IfNoneMatch'];
      };
      path: {
        /** @description The id of the institution. */
        institutionId: string;
        /** @description The region: US, EU_UK, SG, UAE. */
        region: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          'X-Request-Id': components['headers']['X-Request-Id'];
          RateLimit: components['headers']['RateLimit'];
          'RateLimit-Policy': components['headers']['RateLimit-Policy'];
          ETag: components['headers']['ETag'];
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['PolicyResponse'];
        };
      };
      /** @description The client has the current version. */
      304: {
        headers: {
          'X-Request-Id': components['headers']['X-Request-Id'];
          RateLimit: components['headers']['RateLimit'];
          'RateLimit-Policy': components['headers']['RateLimit-Policy'];
          ETag: components['headers']['ETag'];
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description Bad Request: `request.invalid`, `request.malformed`, `request.malformed_header`. */
      400: {
        headers: {
          'X-Request-Id': components['headers']['X-Request-Id'];
          RateLimit: components['headers']['RateLimit'];
          'RateLimit-Policy': components['headers']['RateLimit-Policy'];
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': {
            /** @constant */
            status?: 400;
            /** @enum {string} */
            code?: 'request.invalid' | 'request.malformed' | 'request.malformed_header';
            header?: string;
          } & components['schemas']['Problem'];
        };
      };
      401: components['responses']['Unauthorized'];
      /** @description Not Found: `institution.unknown`, `policy.unknown`, `policy.unknown_region`. */
      404: {
        headers: {
          'X-Request-Id': components['headers']['X-Request-Id'];
          RateLimit: components['headers']['RateLimit'];
          'RateLimit-Policy': components['headers']['RateLimit-Policy'];
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': {
            /** @constant */
            status?: 404;
            /** @enum {string} */
            code?: 'institution.unknown' | 'policy.unknown' | 'policy.unknown_region';
          } & components['schemas']['Problem'];
        };
      };
      429: components['responses']['TooManyRequests'];
      500: components['responses']['InternalServerError'];
      503: components['responses']['ServiceUnavailable'];
    };
  };
  putPolicy: {
    parameters: {
      query?: never;
      header?: {
        /**
         * @description A name for the request, by which the answer, logs and audit trail call it.
         * @example 4a1f6c1e-8f0b-4b57-9d7e-2c5f0a9b3d61
         */
        'X-Request-Id'?: components['parameters']['RequestId'];
        /**
         * @description Makes the request safe to repeat: the same request under the same key has one effect, and its answer is given again. Kept for at least 7 days.
         * @example 8e03978e-40d5-43dd-bc93-6894a57f9324
         */
        'Idempotency-Key'?: components['parameters']['IdempotencyKey'];
        /**
         * @description Carries the request out only if the resource still has one of these entity tags.
         * @example "1"
         */
        'If-Match'?: components['parameters']['IfMatch'];
        /**
         * @description Only if the resource has none of these entity tags; `*`: only if there is none. A read answers 304 otherwise.
         * @example "1"
         */
        'If-None-Match'?: components['parameters']['IfNoneMatch'];
      };
      path: {
        /** @description The id of the institution. */
        institutionId: string;
        /** @description The region: US, EU_UK, SG, UAE. */
        region: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['PutPolicyRequest'];
      };
    };
    responses: {
      /** @description Done. */
      200: {
        headers: {
          'X-Request-Id': components['headers']['X-Request-Id'];
          RateLimit: components['headers']['RateLimit'];
          'RateLimit-Policy': components['headers']['RateLimit-Policy'];
          ETag: components['headers']['ETag'];
          'Idempotent-Replayed': components['headers']['Idempotent-Replayed'];
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['PolicyResponse'];
        };
      };
      /** @description Created. */
      201: {
        headers: {
          'X-Request-Id': components['headers']['X-Request-Id'];
          RateLimit: components['headers']['RateLimit'];
          'RateLimit-Policy': components['headers']['RateLimit-Policy'];
          ETag: components['headers']['ETag'];
          'Idempotent-Replayed': components['headers']['Idempotent-Replayed'];
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['PolicyResponse'];
        };
      };
      /** @description Bad Request: `policy.bounds_reversed`, `request.invalid`, `request.malformed`, `request.malformed_header`, `request.malformed_json`. */
      400: {
        headers: {
          'X-Request-Id': components['headers']['X-Request-Id'];
          RateLimit: components['headers']['RateLimit'];
          'RateLimit-Policy': components['headers']['RateLimit-Policy'];
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': {
            /** @constant */
            status?: 400;
            /** @enum {string} */
            code?:
              | 'policy.bounds_reversed'
              | 'request.invalid'
              | 'request.malformed'
              | 'request.malformed_header'
              | 'request.malformed_json';
            minAmount?: string;
            maxAmount?: string;
            header?: string;
          } & components['schemas']['Problem'];
        };
      };
      401: components['responses']['Unauthorized'];
      403: components['responses']['Forbidden'];
      /** @description Not Found: `institution.unknown`, `policy.unknown_region`. */
      404: {
        headers: {
          'X-Request-Id': components['headers']['X-Request-Id'];
          RateLimit: components['headers']['RateLimit'];
          'RateLimit-Policy': components['headers']['RateLimit-Policy'];
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': {
            /** @constant */
            status?: 404;
            /** @enum {string} */
            code?: 'institution.unknown' | 'policy.unknown_region';
          } & components['schemas']['Problem'];
        };
      };
      409: components['responses']['Conflict'];
      412: components['responses']['PreconditionFailed'];
      413: components['responses']['PayloadTooLarge'];
      415: components['responses']['UnsupportedMediaType'];
      422: components['responses']['UnprocessableEntity'];
      429: components['responses']['TooManyRequests'];
      500: components['responses']['InternalServerError'];
      503: components['responses']['ServiceUnavailable'];
    };
  };
  removePolicy: {
    parameters: {
      query?: never;
      header?: {
        /**
         * @description A name for the request, by which the answer, logs and audit trail call it.
         * @example 4a1f6c1e-8f0b-4b57-9d7e-2c5f0a9b3d61
         */
        'X-Request-Id'?: components['parameters']['RequestId'];
        /**
         * @description Carries the request out only if the resource still has one of these entity tags.
         * @example "1"
         */
        'If-Match'?: components['parameters']['IfMatch'];
        /**
         * @description Only if the resource has none of these entity tags; `*`: only if there is none. A read answers 304 otherwise.
         * @example "1"
         */
        'If-None-Match'?: components['parameters']['IfNoneMatch'];
      };
      path: {
        /** @description The id of the institution. */
        institutionId: string;
        /** @description The region: US, EU_UK, SG, UAE. */
        region: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done; there is nothing to answer. */
      204: {
        headers: {
          'X-Request-Id': components['headers']['X-Request-Id'];
          RateLimit: components['headers']['RateLimit'];
          'RateLimit-Policy': components['headers']['RateLimit-Policy'];
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description Bad Request: `request.invalid`, `request.malformed`, `request.malformed_header`, `request.malformed_json`. */
      400: {
        headers: {
          'X-Request-Id': components['headers']['X-Request-Id'];
          RateLimit: components['headers']['RateLimit'];
          'RateLimit-Policy': components['headers']['RateLimit-Policy'];
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': {
            /** @constant */
            status?: 400;
            /** @enum {string} */
            code?:
              'request.invalid' | 'request.malformed' | 'request.malformed_header' | 'request.malformed_json';
            header?: string;
          } & components['schemas']['Problem'];
        };
      };
      401: components['responses']['Unauthorized'];
      403: components['responses']['Forbidden'];
      /** @description Not Found: `institution.unknown`, `policy.unknown`, `policy.unknown_region`. */
      404: {
        headers: {
          'X-Request-Id': components['headers']['X-Request-Id'];
          RateLimit: components['headers']['RateLimit'];
          'RateLimit-Policy': components['headers']['RateLimit-Policy'];
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': {
            /** @constant */
            status?: 404;
            /** @enum {string} */
            code?: 'institution.unknown' | 'policy.unknown' | 'policy.unknown_region';
          } & components['schemas']['Problem'];
        };
      };
      409: components['responses']['Conflict'];
      412: components['responses']['PreconditionFailed'];
      413: components['responses']['PayloadTooLarge'];
      415: components['responses']['UnsupportedMediaType'];
      429: components['responses']['TooManyRequests'];
      500: components['responses']['InternalServerError'];
      503: components['responses']['ServiceUnavailable'];
    };
  };
  listPolicies: {
    parameters: {
      query?: {
        /** @description Rows on the page. */
        limit?: number;
        /** @description By creation, oldest first unless told. */
        order?: 'asc' | 'desc';
        /** @description The `nextCursor` of the page before. */
        cursor?: string;
        /** @description To count all rows of the list, which takes the longer the more there are. */
        include?: 'total';
      };
      header?: {
        /**
         * @description A name for the request, by which the answer, logs and audit trail call it.
         * @example 4a1f6c1e-8f0b-4b57-9d7e-2c5f0a9b3d61
         */
        'X-Request-Id'?: components['parameters']['RequestId'];
      };
      path: {
        /** @description The id of the institution. */
        institutionId: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          'X-Request-Id': components['headers']['X-Request-Id'];
          RateLimit: components['headers']['RateLimit'];
          'RateLimit-Policy': components['headers']['RateLimit-Policy'];
          Link: components['headers']['Link'];
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            data: components['schemas']['PolicyResponse'][];
            page: {
              limit: number;
              /** @description Null on the last page. */
              nextCursor: string | null;
              /** @description All rows of the list, on whatever page; only with `include=total`. */
              total?: number;
            };
          };
        };
      };
      /** @description Bad Request: `request.invalid`, `request.malformed`. */
      400: {
        headers: {
          'X-Request-Id': components['headers']['X-Request-Id'];
          RateLimit: components['headers']['RateLimit'];
          'RateLimit-Policy': components['headers']['RateLimit-Policy'];
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': {
            /** @constant */
            status?: 400;
            /** @enum {string} */
            code?: 'request.invalid' | 'request.malformed';
          } & components['schemas']['Problem'];
        };
      };
      401: components['responses']['Unauthorized'];
      /** @description Not Found: `institution.unknown`. */
      404: {
        headers: {
          'X-Request-Id': components['headers']['X-Request-Id'];
          RateLimit: components['headers']['RateLimit'];
          'RateLimit-Policy': components['headers']['RateLimit-Policy'];
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': {
            /** @constant */
            status?: 404;
            /** @enum {string} */
            code?: 'institution.unknown';
          } & components['schemas']['Problem'];
        };
      };
      429: components['responses']['TooManyRequests'];
      500: components['responses']['InternalServerError'];
      503: components['responses']['ServiceUnavailable'];
    };
  };
  listPositions: {
    parameters: {
      query?: {
        /** @description Rows on the page. */
        limit?: number;
        /** @description By creation, oldest first unless told. */
        order?: 'asc' | 'desc';
        /** @description The `nextCursor` of the page before. */
        cursor?: string;
        /** @description To count all rows of the list, which takes the longer the more there are. */
        include?: 'total';
        /** @description Of one institution: any with the root key, otherwise that of the key. */
        institutionId?: string;
        /** @description On one asset. */
        assetId?: string;
        /** @description Of one holder. */
        holderReference?: string;
        /** @description Of one reference of yours. */
        externalReference?: string;
        /** @description May be repeated: any of these. */
        state?: ('CREATED' | 'FUNDED' | 'PARTIALLY_RELEASED' | 'RELEASED' | 'CANCELLED' | 'EXPIRED')[];
        /** @description In one currency. */
        currency?: string;
        /** @description Least amount, inclusive. */
        minAmount?: string;
        /** @description Greatest amount, inclusive. */
        maxAmount?: string;
        /** @description Strictly after this moment. */
        createdAfter?: string;
        /** @description Strictly before this moment. */
        createdBefore?: string;
      };
      header?: {
        /**
         * @description A name for the request, by which the answer, logs and audit trail call it.
         * @example 4a1f6c1e-8f0b-4b57-9d7e-2c5f0a9b3d61
         */
        'X-Request-Id'?: components['parameters']['RequestId'];
      };
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          'X-Request-Id': components['headers']['X-Request-Id'];
          RateLimit: components['headers']['RateLimit'];
          'RateLimit-Policy': components['headers']['RateLimit-Policy'];
          Link: components['headers']['Link'];
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            data: components['schemas']['PositionResponse'][];
            page: {
              limit: number;
              /** @description Null on the last page. */
              nextCursor: string | null;
              /** @description All rows of the list, on whatever page; only with `include=total`. */
              total?: number;
            };
          };
        };
      };
      /** @description Bad Request: `request.invalid`, `request.malformed`. */
      400: {
        headers: {
          'X-Request-Id': components['headers']['X-Request-Id'];
          RateLimit: components['headers']['RateLimit'];
          'RateLimit-Policy': components['headers']['RateLimit-Policy'];
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': {
            /** @constant */
            status?: 400;
            /** @enum {string} */
            code?: 'request.invalid' | 'request.malformed';
          } & components['schemas']['Problem'];
        };
      };
      401: components['responses']['Unauthorized'];
      /** @description Not Found: `institution.unknown`. */
      404: {
        headers: {
          'X-Request-Id': components['headers']['X-Request-Id'];
          RateLimit: components['headers']['RateLimit'];
          'RateLimit-Policy': components['headers']['RateLimit-Policy'];
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': {
            /** @constant */
            status?: 404;
            /** @enum {string} */
            code?: 'institution.unknown';
          } & components['schemas']['Problem'];
        };
      };
      429: components['responses']['TooManyRequests'];
      500: components['responses']['InternalServerError'];
      503: components['responses']['ServiceUnavailable'];
    };
  };
  openPosition: {
    parameters: {
      query?: never;
      header?: {
        /**
         * @description A name for the request, by which the answer, logs and audit trail call it.
         * @example 4a1f6c1e-8f0b-4b57-9d7e-2c5f0a9b3d61
         */
        'X-Request-Id'?: components['parameters']['RequestId'];
        /**
         * @description Makes the request safe to repeat: the same request under the same key has one effect, and its answer is given again. Kept for at least 7 days.
         * @example 8e03978e-40d5-43dd-bc93-6894a57f9324
         */
        'Idempotency-Key'?: components['parameters']['IdempotencyKey'];
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['OpenPositionRequest'];
      };
    };
    responses: {
      /** @description Created. */
      201: {
        headers: {
          'X-Request-Id': components['headers']['X-Request-Id'];
          RateLimit: components['headers']['RateLimit'];
          'RateLimit-Policy': components['headers']['RateLimit-Policy'];
          ETag: components['headers']['ETag'];
          'Idempotent-Replayed': components['headers']['Idempotent-Replayed'];
          Location: components['headers']['Location'];
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['PositionResponse'];
        };
      };
      /** @description Bad Request: `money.not_positive`, `money.too_many_decimals`, `request.invalid`, `request.malformed`, `request.malformed_header`, `request.malformed_json`. */
      400: {
        headers: {
          'X-Request-Id': components['headers']['X-Request-Id'];
          RateLimit: components['headers']['RateLimit'];
          'RateLimit-Policy': components['headers']['RateLimit-Policy'];
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': {
            /** @constant */
            status?: 400;
            /** @enum {string} */
            code?:
              | 'money.not_positive'
              | 'money.too_many_decimals'
              | 'request.invalid'
              | 'request.malformed'
              | 'request.malformed_header'
              | 'request.malformed_json';
            currency?: string;
            decimalPlaces?: number;
            header?: string;
          } & components['schemas']['Problem'];
        };
      };
      401: components['responses']['Unauthorized'];
      403: components['responses']['Forbidden'];
      /** @description Not Found: `asset.unknown`, `institution.unknown`. */
      404: {
        headers: {
          'X-Request-Id': components['headers']['X-Request-Id'];
          RateLimit: components['headers']['RateLimit'];
          'RateLimit-Policy': components['headers']['RateLimit-Policy'];
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': {
            /** @constant */
            status?: 404;
            /** @enum {string} */
            code?: 'asset.unknown' | 'institution.unknown';
          } & components['schemas']['Problem'];
        };
      };
      409: components['responses']['Conflict'];
      413: components['responses']['PayloadTooLarge'];
      415: components['responses']['UnsupportedMediaType'];
      /** @description Unprocessable Entity: `idempotency.mismatch`, `policy.amount_out_of_bounds`, `policy.currency_not_allowed`, `template.amount_out_of_bounds`, `template.currency_mismatch`. */
      422: {
        headers: {
          'X-Request-Id': components['headers']['X-Request-Id'];
          RateLimit: components['headers']['RateLimit'];
          'RateLimit-Policy': components['headers']['RateLimit-Policy'];
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': {
            /** @constant */
            status?: 422;
            /** @enum {string} */
            code?:
              | 'idempotency.mismatch'
              | 'policy.amount_out_of_bounds'
              | 'policy.currency_not_allowed'
              | 'template.amount_out_of_bounds'
              | 'template.currency_mismatch';
            policyVersion?: number;
            /** @enum {string} */
            region?: 'US' | 'EU_UK' | 'SG' | 'UAE';
            currency?: string;
            amount?: string;
            minAmount?: string;
            maxAmount?: string;
            allowedCurrencies?: string[];
            templateId?: string;
            expected?: string;
          } & components['schemas']['Problem'];
        };
      };
      429: components['responses']['TooManyRequests'];
      500: components['responses']['InternalServerError'];
      503: components['responses']['ServiceUnavailable'];
    };
  };
  openPositionBatch: {
    parameters: {
      query?: never;
      header?: {
        /**
         * @description A name for the request, by which the answer, logs and audit trail call it.
         * @example 4a1f6c1e-8f0b-4b57-9d7e-2c5f0a9b3d61
         */
        'X-Request-Id'?: components['parameters']['RequestId'];
        /**
         * @description Makes the request safe to repeat: the same request under the same key has one effect, and its answer is given again. Kept for at least 7 days.
         * @example 8e03978e-40d5-43dd-bc93-6894a57f9324
         */
        'Idempotency-Key'?: components['parameters']['IdempotencyKey'];
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['OpenPositionsRequest'];
      };
    };
    responses: {
      /** @description Created. */
      201: {
        headers: {
          'X-Request-Id': components['headers']['X-Request-Id'];
          RateLimit: components['headers']['RateLimit'];
          'RateLimit-Policy': components['headers']['RateLimit-Policy'];
          'Idempotent-Replayed': components['headers']['Idempotent-Replayed'];
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['PositionBatchResponse'];
        };
      };
      /** @description Bad Request: `money.not_positive`, `money.too_many_decimals`, `request.invalid`, `request.malformed`, `request.malformed_header`, `request.malformed_json`. */
      400: {
        headers: {
          'X-Request-Id': components['headers']['X-Request-Id'];
          RateLimit: components['headers']['RateLimit'];
          'RateLimit-Policy': components['headers']['RateLimit-Policy'];
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': {
            /** @constant */
            status?: 400;
            /** @enum {string} */
            code?:
              | 'money.not_positive'
              | 'money.too_many_decimals'
              | 'request.invalid'
              | 'request.malformed'
              | 'request.malformed_header'
              | 'request.malformed_json';
            currency?: string;
            decimalPlaces?: number;
            header?: string;
          } & components['schemas']['Problem'];
        };
      };
      401: components['responses']['Unauthorized'];
      403: components['responses']['Forbidden'];
      /** @description Not Found: `asset.unknown`, `institution.unknown`. */
      404: {
        headers: {
          'X-Request-Id': components['headers']['X-Request-Id'];
          RateLimit: components['headers']['RateLimit'];
          'RateLimit-Policy': components['headers']['RateLimit-Policy'];
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': {
            /** @constant */
            status?: 404;
            /** @enum {string} */
            code?: 'asset.unknown' | 'institution.unknown';
          } & components['schemas']['Problem'];
        };
      };
      409: components['responses']['Conflict'];
      413: components['responses']['PayloadTooLarge'];
      415: components['responses']['UnsupportedMediaType'];
      /** @description Unprocessable Entity: `idempotency.mismatch`, `policy.amount_out_of_bounds`, `policy.currency_not_allowed`, `template.amount_out_of_bounds`, `template.currency_mismatch`. */
      422: {
        headers: {
          'X-Request-Id': components['headers']['X-Request-Id'];
          RateLimit: components['headers']['RateLimit'];
          'RateLimit-Policy': components['headers']['RateLimit-Policy'];
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': {
            /** @constant */
            status?: 422;
            /** @enum {string} */
            code?:
              | 'idempotency.mismatch'
              | 'policy.amount_out_of_bounds'
              | 'policy.currency_not_allowed'
              | 'template.amount_out_of_bounds'
              | 'template.currency_mismatch';
            policyVersion?: number;
            /** @enum {string} */
            region?: 'US' | 'EU_UK' | 'SG' | 'UAE';
            currency?: string;
            amount?: string;
            minAmount?: string;
            maxAmount?: string;
            allowedCurrencies?: string[];
            templateId?: string;
            expected?: string;
          } & components['schemas']['Problem'];
        };
      };
      429: components['responses']['TooManyRequests'];
      500: components['responses']['InternalServerError'];
      503: components['responses']['ServiceUnavailable'];
    };
  };
  readPosition: {
    parameters: {
      query?: {
        /** @description As it was at this moment, inclusive; not in the future. */
        asOf?: string;
      };
      header?: {
        /**
         * @description A name for the request, by which the answer, logs and audit trail call it.
         * @example 4a1f6c1e-8f0b-4b57-9d7e-2c5f0a9b3d61
         */
        'X-Request-Id'?: components['parameters']['RequestId'];
        /**
         * @description Only if the resource has none of these entity tags; `*`: only if there is none. A read answers 304 otherwise.
         * @example "1"
         */
        'If-None-Match'?: components['parameters']['IfNoneMatch'];
      };
      path: {
        /** @description The id of the position. */
        positionId: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          'X-Request-Id': components['headers']['X-Request-Id'];
          RateLimit: components['headers']['RateLimit'];
          'RateLimit-Policy': components['headers']['RateLimit-Policy'];
          ETag: components['headers']['ETag'];
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['PositionResponse'];
        };
      };
      /** @description The client has the current version. */
      304: {
        headers: {
          'X-Request-Id': components['headers']['X-Request-Id'];
          RateLimit: components['headers']['RateLimit'];
          'RateLimit-Policy': components['headers']['RateLimit-Policy'];
          ETag: components['headers']['ETag'];
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description Bad Request: `position.future_moment`, `request.invalid`, `request.malformed`, `request.malformed_header`. */
      400: {
        headers: {
          'X-Request-Id': components['headers']['X-Request-Id'];
          RateLimit: components['headers']['RateLimit'];
          'RateLimit-Policy': components['headers']['RateLimit-Policy'];
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': {
            /** @constant */
            status?: 400;
            /** @enum {string} */
            code?:
              'position.future_moment' | 'request.invalid' | 'request.malformed' | 'request.malformed_header';
            header?: string;
          } & components['schemas']['Problem'];
        };
      };
      401: components['responses']['Unauthorized'];
      /** @description Not Found: `position.unknown`. */
      404: {
        headers: {
          'X-Request-Id': components['headers']['X-Request-Id'];
          RateLimit: components['headers']['RateLimit'];
          'RateLimit-Policy': components['headers']['RateLimit-Policy'];
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': {
            /** @constant */
            status?: 404;
            /** @enum {string} */
            code?: 'position.unknown';
          } & components['schemas']['Problem'];
        };
      };
      429: components['responses']['TooManyRequests'];
      500: components['responses']['InternalServerError'];
      503: components['responses']['ServiceUnavailable'];
    };
  };
  transitionPosition: {
    parameters: {
      query?: never;
      header?: {
        /**
         * @description A name for the request, by which the answer, logs and audit trail call it.
         * @example 4a1f6c1e-8f0b-4b57-9d7e-2c5f0a9b3d61
         */
        'X-Request-Id'?: components['parameters']['RequestId'];
        /**
         * @description Makes the request safe to repeat: the same request under the same key has one effect, and its answer is given again. Kept for at least 7 days.
         * @example 8e03978e-40d5-43dd-bc93-6894a57f9324
         */
        'Idempotency-Key'?: components['parameters']['IdempotencyKey'];
        /**
         * @description Carries the request out only if the resource still has one of these entity tags.
         * @example "1"
         */
        'If-Match'?: components['parameters']['IfMatch'];
        /**
         * @description Only if the resource has none of these entity tags; `*`: only if there is none. A read answers 304 otherwise.
         * @example "1"
         */
        'If-None-Match'?: components['parameters']['IfNoneMatch'];
      };
      path: {
        /** @description The id of the position. */
        positionId: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['TransitionPositionRequest'];
      };
    };
    responses: {
      /** @description Done. */
      200: {
        headers: {
          'X-Request-Id': components['headers']['X-Request-Id'];
          RateLimit: components['headers']['RateLimit'];
          'RateLimit-Policy': components['headers']['RateLimit-Policy'];
          ETag: components['headers']['ETag'];
          'Idempotent-Replayed': components['headers']['Idempotent-Replayed'];
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['PositionResponse'];
        };
      };
      /** @description Bad Request: `money.not_positive`, `money.too_many_decimals`, `position.amount_required`, `request.invalid`, `request.malformed`, `request.malformed_header`, `request.malformed_json`. */
      400: {
        headers: {
          'X-Request-Id': components['headers']['X-Request-Id'];
          RateLimit: components['headers']['RateLimit'];
          'RateLimit-Policy': components['headers']['RateLimit-Policy'];
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': {
            /** @constant */
            status?: 400;
            /** @enum {string} */
            code?:
              | 'money.not_positive'
              | 'money.too_many_decimals'
              | 'position.amount_required'
              | 'request.invalid'
              | 'request.malformed'
              | 'request.malformed_header'
              | 'request.malformed_json';
            currency?: string;
            decimalPlaces?: number;
            header?: string;
          } & components['schemas']['Problem'];
        };
      };
      401: components['responses']['Unauthorized'];
      403: components['responses']['Forbidden'];
      /** @description Not Found: `position.unknown`. */
      404: {
        headers: {
          'X-Request-Id': components['headers']['X-Request-Id'];
          RateLimit: components['headers']['RateLimit'];
          'RateLimit-Policy': components['headers']['RateLimit-Policy'];
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': {
            /** @constant */
            status?: 404;
            /** @enum {string} */
            code?: 'position.unknown';
          } & components['schemas']['Problem'];
        };
      };
      /** @description Conflict: `command.conflict`, `position.illegal_transition`. */
      409: {
        headers: {
          'X-Request-Id': components['headers']['X-Request-Id'];
          RateLimit: components['headers']['RateLimit'];
          'RateLimit-Policy': components['headers']['RateLimit-Policy'];
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': {
            /** @constant */
            status?: 409;
            /** @enum {string} */
            code?: 'command.conflict' | 'position.illegal_transition';
            state?: string;
            toState?: string;
            allowed?: string[];
          } & components['schemas']['Problem'];
        };
      };
      412: components['responses']['PreconditionFailed'];
      413: components['responses']['PayloadTooLarge'];
      415: components['responses']['UnsupportedMediaType'];
      /** @description Unprocessable Entity: `idempotency.mismatch`, `policy.amount_out_of_bounds`, `policy.currency_not_allowed`, `position.amount_mismatch`, `position.insufficient_remaining`, `position.nothing_would_remain`. */
      422: {
        headers: {
          'X-Request-Id': components['headers']['X-Request-Id'];
          RateLimit: components['headers']['RateLimit'];
          'RateLimit-Policy': components['headers']['RateLimit-Policy'];
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': {
            /** @constant */
            status?: 422;
            /** @enum {string} */
            code?:
              | 'idempotency.mismatch'
              | 'policy.amount_out_of_bounds'
              | 'policy.currency_not_allowed'
              | 'position.amount_mismatch'
              | 'position.insufficient_remaining'
              | 'position.nothing_would_remain';
            policyVersion?: number;
            /** @enum {string} */
            region?: 'US' | 'EU_UK' | 'SG' | 'UAE';
            currency?: string;
            amount?: string;
            minAmount?: string;
            maxAmount?: string;
            allowedCurrencies?: string[];
            expected?: string;
            requested?: string;
            remaining?: string;
          } & components['schemas']['Problem'];
        };
      };
      429: components['responses']['TooManyRequests'];
      500: components['responses']['InternalServerError'];
      503: components['responses']['ServiceUnavailable'];
    };
  };
  listPositionEvents: {
    parameters: {
      query?: {
        /** @description Rows on the page. */
        limit?: number;
        /** @description By creation, oldest first unless told. */
        order?: 'asc' | 'desc';
        /** @description The `nextCursor` of the page before. */
        cursor?: string;
        /** @description To count all rows of the list, which takes the longer the more there are. */
        include?: 'total';
      };
      header?: {
        /**
         * @description A name for the request, by which the answer, logs and audit trail call it.
         * @example 4a1f6c1e-8f0b-4b57-9d7e-2c5f0a9b3d61
         */
        'X-Request-Id'?: components['parameters']['RequestId'];
      };
      path: {
        /** @description The id of the position. */
        positionId: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          'X-Request-Id': components['headers']['X-Request-Id'];
          RateLimit: components['headers']['RateLimit'];
          'RateLimit-Policy': components['headers']['RateLimit-Policy'];
          Link: components['headers']['Link'];
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            data: components['schemas']['PositionEventResponse'][];
            page: {
              limit: number;
              /** @description Null on the last page. */
              nextCursor: string | null;
              /** @description All rows of the list, on whatever page; only with `include=total`. */
              total?: number;
            };
          };
        };
      };
      /** @description Bad Request: `request.invalid`, `request.malformed`. */
      400: {
        headers: {
          'X-Request-Id': components['headers']['X-Request-Id'];
          RateLimit: components['headers']['RateLimit'];
          'RateLimit-Policy': components['headers']['RateLimit-Policy'];
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': {
            /** @constant */
            status?: 400;
            /** @enum {string} */
            code?: 'request.invalid' | 'request.malformed';
          } & components['schemas']['Problem'];
        };
      };
      401: components['responses']['Unauthorized'];
      /** @description Not Found: `position.unknown`. */
      404: {
        headers: {
          'X-Request-Id': components['headers']['X-Request-Id'];
          RateLimit: components['headers']['RateLimit'];
          'RateLimit-Policy': components['headers']['RateLimit-Policy'];
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': {
            /** @constant */
            status?: 404;
            /** @enum {string} */
            code?: 'position.unknown';
          } & components['schemas']['Problem'];
        };
      };
      429: components['responses']['TooManyRequests'];
      500: components['responses']['InternalServerError'];
      503: components['responses']['ServiceUnavailable'];
    };
  };
  listLedgerEvents: {
    parameters: {
      query?: {
        /** @description Rows on the page. */
        limit?: number;
        /** @description By creation, oldest first unless told. */
        order?: 'asc' | 'desc';
        /** @description The `nextCursor` of the page before. */
        cursor?: string;
        /** @description To count all rows of the list, which takes the longer the more there are. */
        include?: 'total';
        /** @description Of one institution: any with the root key, otherwise that of the key. */
        institutionId?: string;
        /** @description Of one position, in the order of its steps; of all when left out. */
        positionId?: string;
        /** @description Of one kind. */
        kind?: 'POSITION_CREATED' | 'POSITION_STATE_CHANGED';
        /** @description Strictly after this moment. */
        after?: string;
        /** @description Strictly before this moment. */
        before?: string;
      };
      header?: {
        /**
         * @description A name for the request, by which the answer, logs and audit trail call it.
         * @example 4a1f6c1e-8f0b-4b57-9d7e-2c5f0a9b3d61
         */
        'X-Request-Id'?: components['parameters']['RequestId'];
      };
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          'X-Request-Id': components['headers']['X-Request-Id'];
          RateLimit: components['headers']['RateLimit'];
          'RateLimit-Policy': components['headers']['RateLimit-Policy'];
          Link: components['headers']['Link'];
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            data: components['schemas']['LedgerEventResponse'][];
            page: {
              limit: number;
              /** @description Null on the last page. */
              nextCursor: string | null;
              /** @description All rows of the list, on whatever page; only with `include=total`. */
              total?: number;
            };
          };
        };
      };
      /** @description Bad Request: `request.invalid`, `request.malformed`. */
      400: {
        headers: {
          'X-Request-Id': components['headers']['X-Request-Id'];
          RateLimit: components['headers']['RateLimit'];
          'RateLimit-Policy': components['headers']['RateLimit-Policy'];
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': {
            /** @constant */
            status?: 400;
            /** @enum {string} */
            code?: 'request.invalid' | 'request.malformed';
          } & components['schemas']['Problem'];
        };
      };
      401: components['responses']['Unauthorized'];
      /** @description Not Found: `institution.unknown`, `position.unknown`. */
      404: {
        headers: {
          'X-Request-Id': components['headers']['X-Request-Id'];
          RateLimit: components['headers']['RateLimit'];
          'RateLimit-Policy': components['headers']['RateLimit-Policy'];
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': {
            /** @constant */
            status?: 404;
            /** @enum {string} */
            code?: 'institution.unknown' | 'position.unknown';
          } & components['schemas']['Problem'];
        };
      };
      429: components['responses']['TooManyRequests'];
      500: components['responses']['InternalServerError'];
      503: components['responses']['ServiceUnavailable'];
    };
  };
  listBalances: {
    parameters: {
      query?: {
        /** @description With the root key: of all institutions when left out. */
        institutionId?: string;
        /** @description Of positions on one asset. */
        assetId?: string;
        /** @description Of positions of one holder. */
        holderReference?: string;
        /** @description As of this moment, inclusive; not in the future. Now when left out. */
        asOf?: string;
      };
      header?: {
        /**
         * @description A name for the request, by which the answer, logs and audit trail call it.
         * @example 4a1f6c1e-8f0b-4b57-9d7e-2c5f0a9b3d61
         */
        'X-Request-Id'?: components['parameters']['RequestId'];
      };
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          'X-Request-Id': components['headers']['X-Request-Id'];
          RateLimit: components['headers']['RateLimit'];
          'RateLimit-Policy': components['headers']['RateLimit-Policy'];
          Link: components['headers']['Link'];
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            data: components['schemas']['BalanceResponse'][];
            page: {
              limit: number;
              /** @description Null on the last page. */
              nextCursor: string | null;
              /** @description All rows of the list, on whatever page; only with `include=total`. */
              total?: number;
            };
          };
        };
      };
      /** @description Bad Request: `position.future_moment`, `request.invalid`, `request.malformed`. */
      400: {
        headers: {
          'X-Request-Id': components['headers']['X-Request-Id'];
          RateLimit: components['headers']['RateLimit'];
          'RateLimit-Policy': components['headers']['RateLimit-Policy'];
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': {
            /** @constant */
            status?: 400;
            /** @enum {string} */
            code?: 'position.future_moment' | 'request.invalid' | 'request.malformed';
          } & components['schemas']['Problem'];
        };
      };
      401: components['responses']['Unauthorized'];
      /** @description Not Found: `institution.unknown`. */
      404: {
        headers: {
          'X-Request-Id': components['headers']['X-Request-Id'];
          RateLimit: components['headers']['RateLimit'];
          'RateLimit-Policy': components['headers']['RateLimit-Policy'];
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': {
            /** @constant */
            status?: 404;
            /** @enum {string} */
            code?: 'institution.unknown';
          } & components['schemas']['Problem'];
        };
      };
      429: components['responses']['TooManyRequests'];
      500: components['responses']['InternalServerError'];
      503: components['responses']['ServiceUnavailable'];
    };
  };
  listCheckpoints: {
    parameters: {
      query?: {
        /** @description Rows on the page. */
        limit?: number;
        /** @description By creation, oldest first unless told. */
        order?: 'asc' | 'desc';
        /** @description The `nextCursor` of the page before. */
        cursor?: string;
        /** @description To count all rows of the list, which takes the longer the more there are. */
        include?: 'total';
      };
      header?: {
        /**
         * @description A name for the request, by which the answer, logs and audit trail call it.
         * @example 4a1f6c1e-8f0b-4b57-9d7e-2c5f0a9b3d61
         */
        'X-Request-Id'?: components['parameters']['RequestId'];
      };
      path: {
        /** @description The id of the institution. */
        institutionId: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          'X-Request-Id': components['headers']['X-Request-Id'];
          RateLimit: components['headers']['RateLimit'];
          'RateLimit-Policy': components['headers']['RateLimit-Policy'];
          Link: components['headers']['Link'];
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            data: components['schemas']['CheckpointResponse'][];
            page: {
              limit: number;
              /** @description Null on the last page. */
              nextCursor: string | null;
              /** @description All rows of the list, on whatever page; only with `include=total`. */
              total?: number;
            };
          };
        };
      };
      /** @description Bad Request: `request.invalid`, `request.malformed`. */
      400: {
        headers: {
          'X-Request-Id': components['headers']['X-Request-Id'];
          RateLimit: components['headers']['RateLimit'];
          'RateLimit-Policy': components['headers']['RateLimit-Policy'];
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': {
            /** @constant */
            status?: 400;
            /** @enum {string} */
            code?: 'request.invalid' | 'request.malformed';
          } & components['schemas']['Problem'];
        };
      };
      401: components['responses']['Unauthorized'];
      /** @description Not Found: `institution.unknown`. */
      404: {
        headers: {
          'X-Request-Id': components['headers']['X-Request-Id'];
          RateLimit: components['headers']['RateLimit'];
          'RateLimit-Policy': components['headers']['RateLimit-Policy'];
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': {
            /** @constant */
            status?: 404;
            /** @enum {string} */
            code?: 'institution.unknown';
          } & components['schemas']['Problem'];
        };
      };
      429: components['responses']['TooManyRequests'];
      500: components['responses']['InternalServerError'];
      503: components['responses']['ServiceUnavailable'];
    };
  };
  verifyCheckpoint: {
    parameters: {
      query?: never;
      header?: {
        /**
         * @description A name for the request, by which the answer, logs and audit trail call it.
         * @example 4a1f6c1e-8f0b-4b57-9d7e-2c5f0a9b3d61
         */
        'X-Request-Id'?: components['parameters']['RequestId'];
      };
      path: {
        /** @description The id of the institution. */
        institutionId: string;
        /** @description The number of the checkpoint. */
        number: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          'X-Request-Id': components['headers']['X-Request-Id'];
          RateLimit: components['headers']['RateLimit'];
          'RateLimit-Policy': components['headers']['RateLimit-Policy'];
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['CheckpointVerificationResponse'];
        };
      };
      /** @description Bad Request: `request.invalid`, `request.malformed`. */
      400: {
        headers: {
          'X-Request-Id': components['headers']['X-Request-Id'];
          RateLimit: components['headers']['RateLimit'];
          'RateLimit-Policy': components['headers']['RateLimit-Policy'];
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': {
            /** @constant */
            status?: 400;
            /** @enum {string} */
            code?: 'request.invalid' | 'request.malformed';
          } & components['schemas']['Problem'];
        };
      };
      401: components['responses']['Unauthorized'];
      /** @description Not Found: `checkpoint.unknown`, `institution.unknown`. */
      404: {
        headers: {
          'X-Request-Id': components['headers']['X-Request-Id'];
          RateLimit: components['headers']['RateLimit'];
          'RateLimit-Policy': components['headers']['RateLimit-Policy'];
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': {
            /** @constant */
            status?: 404;
            /** @enum {string} */
            code?: 'checkpoint.unknown' | 'institution.unknown';
          } & components['schemas']['Problem'];
        };
      };
      429: components['responses']['TooManyRequests'];
      500: components['responses']['InternalServerError'];
      503: components['responses']['ServiceUnavailable'];
    };
  };
  exportAll: {
    parameters: {
      query?: never;
      header?: {
        /**
         * @description A name for the request, by which the answer, logs and audit trail call it.
         * @example 4a1f6c1e-8f0b-4b57-9d7e-2c5f0a9b3d61
         */
        'X-Request-Id'?: components['parameters']['RequestId'];
      };
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          'X-Request-Id': components['headers']['X-Request-Id'];
          RateLimit: components['headers']['RateLimit'];
          'RateLimit-Policy': components['headers']['RateLimit-Policy'];
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {"format":"escrowgrid-export","kinds":[…],"version":1}
           *     {"kind":"institutions","row":{"createdAt":"2026-01-31T12:00:00.000Z","id":"inst_01kc5tq0x2e8p9h4m6r3v7wz1a",…}}
           *     {"counts":{"institutions":1,…},"sha256":"7d3a1c0e5b9f24688ac1d0f3e7b25946c8d1a0b3f4e59627180c9dabe3f51742"}
           */
          'application/x-ndjson': string;
        };
      };
      /** @description Bad Request: `request.invalid`, `request.malformed`. */
      400: {
        headers: {
          'X-Request-Id': components['headers']['X-Request-Id'];
          RateLimit: components['headers']['RateLimit'];
          'RateLimit-Policy': components['headers']['RateLimit-Policy'];
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': {
            /** @constant */
            status?: 400;
            /** @enum {string} */
            code?: 'request.invalid' | 'request.malformed';
          } & components['schemas']['Problem'];
        };
      };
      401: components['responses']['Unauthorized'];
      403: components['responses']['Forbidden'];
      /** @description Conflict: `export.under_way`. */
      409: {
        headers: {
          'X-Request-Id': components['headers']['X-Request-Id'];
          RateLimit: components['headers']['RateLimit'];
          'RateLimit-Policy': components['headers']['RateLimit-Policy'];
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': {
            /** @constant */
            status?: 409;
            /** @enum {string} */
            code?: 'export.under_way';
          } & components['schemas']['Problem'];
        };
      };
      429: components['responses']['TooManyRequests'];
      500: components['responses']['InternalServerError'];
      503: components['responses']['ServiceUnavailable'];
    };
  };
  verifyPosition: {
    parameters: {
      query?: never;
      header?: {
        /**
         * @description A name for the request, by which the answer, logs and audit trail call it.
         * @example 4a1f6c1e-8f0b-4b57-9d7e-2c5f0a9b3d61
         */
        'X-Request-Id'?: components['parameters']['RequestId'];
      };
      path: {
        /** @description The id of the position. */
        positionId: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          'X-Request-Id': components['headers']['X-Request-Id'];
          RateLimit: components['headers']['RateLimit'];
          'RateLimit-Policy': components['headers']['RateLimit-Policy'];
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['VerificationResponse'];
        };
      };
      /** @description Bad Request: `request.invalid`, `request.malformed`. */
      400: {
        headers: {
          'X-Request-Id': components['headers']['X-Request-Id'];
          RateLimit: components['headers']['RateLimit'];
          'RateLimit-Policy': components['headers']['RateLimit-Policy'];
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': {
            /** @constant */
            status?: 400;
            /** @enum {string} */
            code?: 'request.invalid' | 'request.malformed';
          } & components['schemas']['Problem'];
        };
      };
      401: components['responses']['Unauthorized'];
      /** @description Not Found: `position.unknown`. */
      404: {
        headers: {
          'X-Request-Id': components['headers']['X-Request-Id'];
          RateLimit: components['headers']['RateLimit'];
          'RateLimit-Policy': components['headers']['RateLimit-Policy'];
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': {
            /** @constant */
            status?: 404;
            /** @enum {string} */
            code?: 'position.unknown';
          } & components['schemas']['Problem'];
        };
      };
      429: components['responses']['TooManyRequests'];
      500: components['responses']['InternalServerError'];
      503: components['responses']['ServiceUnavailable'];
    };
  };
  readOpenApiDocument: {
    parameters: {
      query?: never;
      header?: {
        /**
         * @description A name for the request, by which the answer, logs and audit trail call it.
         * @example 4a1f6c1e-8f0b-4b57-9d7e-2c5f0a9b3d61
         */
        'X-Request-Id'?: components['parameters']['RequestId'];
        /**
         * @description Only if the resource has none of these entity tags; `*`: only if there is none. A read answers 304 otherwise.
         * @example "1"
         */
        'If-None-Match'?: components['parameters']['IfNoneMatch'];
      };
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          'X-Request-Id': components['headers']['X-Request-Id'];
          ETag: components['headers']['ETag'];
          [name: string]: unknown;
        };
        content: {
          'application/json': Record<string, never>;
        };
      };
      /** @description The client has the current version. */
      304: {
        headers: {
          'X-Request-Id': components['headers']['X-Request-Id'];
          ETag: components['headers']['ETag'];
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description Bad Request: `request.invalid`, `request.malformed`, `request.malformed_header`. */
      400: {
        headers: {
          'X-Request-Id': components['headers']['X-Request-Id'];
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': {
            /** @constant */
            status?: 400;
            /** @enum {string} */
            code?: 'request.invalid' | 'request.malformed' | 'request.malformed_header';
            header?: string;
          } & components['schemas']['Problem'];
        };
      };
      /** @description Internal Server Error: `service.fault`. */
      500: {
        headers: {
          'X-Request-Id': components['headers']['X-Request-Id'];
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': {
            /** @constant */
            status?: 500;
            /** @enum {string} */
            code?: 'service.fault';
          } & components['schemas']['Problem'];
        };
      };
    };
  };
}
