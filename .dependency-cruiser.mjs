/**
 * Who may import whom. The rooms stand in the order docs/ARCHITECTURE.md draws; every rule has a file in
 * scripts/check/gate-fixtures/architecture that breaks it.
 */
const core = ['kernel', 'persistence', 'audit', 'commands', 'institutions'];

/** For each room, the rooms it may enter. Apps, scripts and migrations stand to the right of them all. */
const mayEnter = {
  kernel: [],
  config: ['kernel'],
  persistence: ['kernel'],
  http: ['kernel'],
  testing: ['kernel', 'config', 'persistence'],
  client: [],
  audit: ['kernel', 'persistence', 'http'],
  commands: ['kernel', 'persistence', 'http', 'audit'],
  institutions: ['kernel', 'persistence', 'http', 'audit', 'commands'],
  'api-keys': [...core, 'http'],
  assets: [...core, 'http'],
  policies: [...core, 'http'],
  positions: [...core, 'http', 'api-keys', 'assets', 'policies'],
  seals: [...core, 'http', 'positions'],
  transfer: [...core, 'http', 'positions', 'seals'],
};
const rooms = Object.keys(mayEnter);
const anyOf = (names) => `(${names.join('|')})`;
const packages = (...names) => `node_modules/(@types/)?${anyOf(names)}/`;

const features = anyOf(
  rooms.filter((room) => !['kernel', 'config', 'persistence', 'http', 'testing'].includes(room)),
);
const specs = '[.-]spec\\.ts$';
const testCode = [specs, '/testing\\.ts$', '^libs/testing/', '^apps/[^/]+/test/'];
const storeClients = packages('typeorm', 'pg', '@nestjs/typeorm');
const adapters = ['^libs/[^/]+/src/persistence/', '^libs/persistence/'];
const frontDoors = '^libs/[^/]+/src/(index|testing)\\.ts$';

/** Every room may name the test tools; that only its tests do is the rule no-test-code-in-product. */
const roomOrder = rooms.map((room) => ({
  name: `rooms-in-order-${room}`,
  comment: `${room} may enter: ${mayEnter[room].join(', ') || 'no other room'}.`,
  from: { path: `^libs/${room}/` },
  to: { path: '^libs/', pathNot: [room, 'testing', ...mayEnter[room]].map((left) => `^libs/${left}/`) },
}));

export default {
  forbidden: [
    ...roomOrder,
    {
      name: 'room-has-a-place',
      comment: 'A new room is given its place in the order before it imports anything.',
      from: { path: '^libs/', pathNot: `^libs/${anyOf(rooms)}/` },
      to: {},
    },
    {
      name: 'libs-know-no-app',
      comment: 'Apps and scripts are the right end of the house: nothing imports them but themselves.',
      from: { path: '^libs/' },
      to: { path: '^(apps|scripts)/' },
    },
    {
      name: 'only-testing-migrates',
      comment: 'The service never migrates by itself.',
      from: { path: '^libs/', pathNot: '^libs/testing/' },
      to: { path: '^migrations/' },
    },
    {
      name: 'landed-migrations-stand-alone',
      comment:
        'A migration that landed must do for ever what it did then, so it leans on no code that may change.',
      from: { path: '^migrations/[0-9]' },
      to: { path: '^(apps|libs|scripts|migrations)/' },
    },
    {
      name: 'domain-is-pure',
      comment: 'A domain imports itself, the kernel and libraries that only compute.',
      from: { path: '^libs/([^/]+)/src/domain/', pathNot: specs },
      to: {
        pathNot: [
          '^libs/$1/src/domain/',
          '^libs/kernel/src/index\\.ts$',
          packages('ajv', 'ajv-formats', 'canonicalize', 'currency-codes', 'i18n-iso-countries'),
          '^(node:)?(crypto|zlib)$',
        ],
      },
    },
    {
      name: 'kernel-is-pure',
      comment: 'The kernel is plain TypeScript: words, not machinery.',
      from: { path: '^libs/kernel/', pathNot: specs },
      to: {
        pathNot: [
          '^libs/kernel/',
          packages('canonicalize', 'currency-codes', 'typeid-js'),
          // Of net: the arithmetic of addresses.
          '^(node:)?(crypto|zlib|net)$',
        ],
      },
    },
    {
      name: 'services-know-no-storage-nor-wire',
      comment: 'Services decide. Only the module file binds them to adapters and controllers.',
      from: {
        path: `^libs/${features}/src/[^/]+\\.ts$`,
        pathNot: [...testCode, '\\.module\\.ts$', '/index\\.ts$'],
      },
      to: { path: ['^libs/[^/]+/src/(persistence|http)/', '^libs/(persistence|http)/', storeClients] },
    },
    {
      name: 'controllers-know-no-storage',
      comment: 'A controller asks its service once; it never reaches a store.',
      from: { path: '^libs/(http/|[^/]+/src/http/)', pathNot: specs },
      to: { path: [...adapters, storeClients] },
    },
    {
      name: 'adapters-call-nobody-back',
      comment: 'Adapters are the last stop of a request: no service, no controller.',
      from: { path: '^libs/[^/]+/src/persistence/', pathNot: specs },
      to: { path: ['^libs/[^/]+/src/http/', '^libs/http/', '\\.service\\.ts$'] },
    },
    {
      name: 'http-is-for-controllers',
      comment: 'Only controllers and apps speak HTTP.',
      from: { path: '^libs/', pathNot: ['^libs/http/', '^libs/[^/]+/src/http/'] },
      to: { path: '^libs/http/' },
    },
    {
      name: 'store-clients-live-in-adapters',
      comment:
        'typeorm and pg appear only in adapters, the test tools, the migrations, the ops command line, and where ' +
        'tests look at statements and their plans.',
      from: {
        pathNot: [
          ...adapters,
          '^libs/testing/',
          '^migrations/',
          '^apps/cli/',
          '^apps/api/test/(support/)?(query-plan|recorded-statements|tenancy-statements)',
        ],
      },
      to: { path: storeClients },
    },
    {
      name: 'enter-by-the-front-door',
      comment: 'Another room is entered by its index.ts.',
      from: { path: '^libs/([^/]+)/' },
      to: { path: '^libs/', pathNot: ['^libs/$1/', frontDoors] },
    },
    {
      name: 'enter-by-the-front-door-from-outside',
      comment: 'Apps, scripts and migrations enter a room by its index.ts too.',
      // The list of entities is what rooms are not asked for: their front doors would load all of Nest with it.
      from: { pathNot: '^(libs/|apps/api/src/entities\\.ts$)' },
      to: { path: '^libs/', pathNot: frontDoors },
    },
    {
      name: 'no-own-front-door',
      comment: 'Inside a room its index.ts is a detour that ends in a cycle.',
      from: { path: '^libs/([^/]+)/' },
      to: { path: '^libs/$1/src/index\\.ts$' },
    },
    {
      name: 'no-test-code-in-product',
      comment: 'What runs in production reaches no test, no testing.ts and no test tool.',
      from: { path: '^(apps|libs|migrations)/', pathNot: testCode },
      to: { path: testCode },
    },
    {
      name: 'no-dev-dependency-in-product',
      comment: 'What runs in production must be installed there.',
      from: { path: '^(apps|libs|migrations)/', pathNot: testCode },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'no-cycles',
      comment: 'Decorated classes that import each other die at load.',
      from: {},
      to: { circular: true },
    },
    {
      name: 'imports-resolve',
      comment: 'An import that this tool cannot follow would pass every other rule unseen.',
      from: {},
      to: { couldNotResolve: true },
    },
  ].map((rule) => ({ ...rule, severity: 'error' })),
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^dist/|/gate-fixtures/' },
    // Type-only imports count: a type of another layer is knowledge of that layer.
    tsPreCompilationDeps: true,
    // "#room" is resolved by package.json "imports", whose "types" condition leads to the sources.
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['types', 'import', 'node', 'default'],
    },
  },
};
