const MIN_NODE_MAJOR = 24;

/** The service uses what older versions of Node lack, which would show as faults of single requests. */
export function requireNode(version = process.versions.node): void {
  if (parseInt(version, 10) >= MIN_NODE_MAJOR) return;
  throw new Error(`Node ${MIN_NODE_MAJOR} or newer is needed; this is Node ${version}.`);
}
