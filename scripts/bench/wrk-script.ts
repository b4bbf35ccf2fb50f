import { HOLDERS } from './tenant.js';

/** `keyed` creates with an `Idempotency-Key`, each of its own. */
export const KINDS = ['create', 'keyed', 'transition', 'read', 'list', 'mixed'] as const;
export type Kind = (typeof KINDS)[number];

/** How many of a hundred requests are of each kind. */
const MIX: Readonly<Record<Kind, Readonly<Record<Exclude<Kind, 'mixed' | 'keyed'>, number>>>> = {
  create: { create: 100, transition: 0, read: 0, list: 0 },
  keyed: { create: 100, transition: 0, read: 0, list: 0 },
  transition: { create: 0, transition: 100, read: 0, list: 0 },
  read: { create: 0, transition: 0, read: 100, list: 0 },
  list: { create: 0, transition: 0, read: 0, list: 100 },
  mixed: { create: 40, transition: 40, read: 15, list: 5 },
};

export interface WrkScript {
  readonly kind: Kind;
  readonly apiKey: string;
  readonly assetIds: readonly string[];
  /** Files of ids, one a line: positions in CREATED to move, and any to read. */
  readonly toMoveFile: string;
  readonly toReadFile: string;
  /** What `list` asks for. */
  readonly listPath: string;
  /** Marks the external references of what is created. */
  readonly mark: string;
}

/** Requests that one position is moved by: the same steps as the ceiling's. */
const STEP_BODIES = [
  { toState: 'FUNDED' },
  ...Array.from({ length: 4 }, () => ({ toState: 'PARTIALLY_RELEASED', amount: '200.00' })),
  { toState: 'RELEASED' },
];
export const STEPS_OF_A_POSITION = STEP_BODIES.length;

/** What the script prints at its end, after this word: counts, and times in microseconds. */
export const RESULT_WORD = 'RESULT';

/**
 * The Lua script of one load. A block of positions is taken through one step after another, so that a position is
 * not moved again before its last answer came: no two connections meet on one.
 */
export function wrkScript(script: WrkScript): string {
  const { create, transition, read } = MIX[script.kind];
  return `
local create_below, transition_below, read_below = ${create}, ${create + transition}, ${create + transition + read}
local asset_ids = { ${script.assetIds.map(luaString).join(', ')} }
local steps = { ${STEP_BODIES.map((body) => luaString(JSON.stringify(body))).join(', ')} }
local list_path = ${luaString(script.listPath)}
local api_key, mark = ${luaString(script.apiKey)}, ${luaString(script.mark)}
local keyed = ${script.kind === 'keyed'}
local BLOCK = 500
${ID_FILES}
local to_move = ids_in(${luaString(script.toMoveFile)})
local to_read = ids_in(${luaString(script.toReadFile)})
local common
${REQUESTS.replace('HOLDERS', String(HOLDERS))}`;
}

const ID_FILES = `
local function ids_in(name)
  local ids = {}
  for id in io.lines(name) do ids[#ids + 1] = id end
  return ids
end`;

const REQUESTS = `
function init(args)
  common = " HTTP/1.1\\r\\nHost: " .. wrk.host .. ":" .. wrk.port .. "\\r\\nX-API-Key: " .. api_key .. "\\r\\n"
  math.randomseed(4711)
end

local function get(path) return "GET " .. path .. common .. "\\r\\n" end

local function post(path, body, more)
  return "POST " .. path .. common .. (more or "") .. "Content-Type: application/json\\r\\nContent-Length: " ..
    #body .. "\\r\\n\\r\\n" .. body
end

local created = 0
local function create()
  created = created + 1
  local key = keyed and 'Idempotency-Key: "' .. mark .. created .. '"\\r\\n'
  return post("/v1/positions", '{"assetId":"' .. asset_ids[math.random(#asset_ids)] ..
    '","holderReference":"holder-' .. math.random(0, HOLDERS - 1) ..
    '","currency":"USD","amount":"1000.00","externalReference":"contract-' .. mark .. created .. '"}', key)
end

exhausted = false
local first, at, step = 1, 0, 1
local function transition()
  at = at + 1
  if at > math.min(first + BLOCK - 1, #to_move) then
    step = step + 1
    if step > #steps then
      step = 1
      first = first + BLOCK
      exhausted = first > #to_move
    end
    at = first
  end
  if exhausted then return get("/health/live") end
  return post("/v1/positions/" .. to_move[at] .. "/transition", steps[step])
end

-- wrk asks once for a request that it never sends, to see how many it holds.
local asked = false
function request()
  if not asked then
    asked = true
    return get("/health/live")
  end
  local chosen = math.random(0, 99)
  if chosen < create_below then return create() end
  if chosen < transition_below then return transition() end
  if chosen < read_below then return get("/v1/positions/" .. to_read[math.random(#to_read)]) end
  return get(list_path)
end

local threads = {}
function setup(thread) threads[#threads + 1] = thread end

function done(summary, latency, requests)
  local errors = summary.errors
  local ran_out = 0
  for _, thread in ipairs(threads) do
    if thread:get("exhausted") then ran_out = 1 end
  end
  io.write(string.format(
    '${RESULT_WORD} {"requests":%d,"durationUs":%d,"refused":%d,"broken":%d,"ranOut":%d,"p50Us":%d,"p99Us":%d,"maxUs":%d}\\n',
    summary.requests, summary.duration, errors.status,
    errors.connect + errors.read + errors.write + errors.timeout, ran_out,
    latency:percentile(50), latency:percentile(99), latency.max))
end
`;

function luaString(text: string): string {
  if (/[^\x20-\x7e]/.test(text)) throw new Error(`Not a plain text: ${JSON.stringify(text)}`);
  return `"${text.replaceAll(/["\\]/g, '\\$&')}"`;
}
