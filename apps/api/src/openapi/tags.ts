/** What the groups of operations are about. */
export const TAGS: Readonly<Record<string, string>> = {
  institutions: 'Tenants: each sees and touches its own things alone.',
  'api-keys': 'What lets the systems of an institution in.',
  policies: 'What an institution allows for the positions of a region.',
  'template types': 'The kinds of asset templates that there are, each with the JSON Schema of its `config`.',
  'asset templates': 'Kinds of escrowable assets. They never change: a new one is made instead.',
  assets: 'What is held in escrow: instances of a template, such as a project or an invoice programme.',
  positions: 'Claims of holders on assets, with exact amounts and a lifecycle.',
  ledger:
    'The immutable financial record of positions: transfers, balances, and proof that none was changed.',
  audit: 'Who did what, when, from where, with what outcome.',
  seals:
    'Signed checkpoints of the ledger and the audit trail, by which a change or loss of either is found.',
  export: 'All that is stored, to be kept elsewhere or moved to another database.',
  health: 'For probes.',
  metrics: 'For whoever runs the service.',
  documentation: 'What you are reading.',
  problems: 'Descriptions of what can be refused, to which the `type` of a problem leads.',
};
