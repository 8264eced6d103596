-- Sends the requests of a file in turn: one a line, as method, path, credential and body between tabs.
-- BENCH_REQUESTS names the file, BENCH_RESULT where the figures go; with BENCH_KEY_PREFIX every request carries
-- an Idempotency-Key of its own.

local threads = 0

function setup(thread)
  thread:set("number", threads)
  threads = threads + 1
end

local prefix = os.getenv("BENCH_KEY_PREFIX") or ""
local lines, formatted, next_index, sent = {}, {}, 1, 0

local function headers_of(credential, body)
  local headers = {}
  if credential ~= "" then headers["Authorization"] = "Bearer " .. credential end
  if body ~= "" then headers["Content-Type"] = "application/json" end
  return headers
end

local function format(line, key)
  local headers = headers_of(line.credential, line.body)
  if key then headers["Idempotency-Key"] = key end
  return wrk.format(line.method, line.path, headers, line.body ~= "" and line.body or nil)
end

function init()
  for text in io.lines(os.getenv("BENCH_REQUESTS")) do
    local method, path, credential, body = text:match("^([^\t]*)\t([^\t]*)\t([^\t]*)\t(.*)$")
    lines[#lines + 1] = { method = method, path = path, credential = credential, body = body }
  end
  if prefix == "" then
    for index, line in ipairs(lines) do formatted[index] = format(line) end
  end
  -- Threads start at different requests.
  next_index = 1 + math.floor(number * #lines / 2) % #lines
end

function request()
  local index = next_index
  next_index = next_index % #lines + 1
  if prefix == "" then return formatted[index] end
  sent = sent + 1
  return format(lines[index], string.format("%s-%d-%d", prefix, number, sent))
end

function done(summary, latency)
  local errors = summary.errors
  local seconds = summary.duration / 1e6
  local result = assert(io.open(os.getenv("BENCH_RESULT"), "w"))
  result:write(string.format(
    '{"requests": %d, "rps": %.2f, "p50_ms": %.3f, "p99_ms": %.3f, "errors": %d}\n',
    summary.requests, summary.requests / seconds,
    latency:percentile(50) / 1000, latency:percentile(99) / 1000,
    errors.status + errors.connect + errors.read + errors.write + errors.timeout))
  result:close()
end
