-- Shows the calls in a recording of sockline, and which of them sent each packet.
--
-- A post-dissector for Wireshark and tshark, 4.0 and later; README.md beside it tells how to install
-- it and lists the fields. Two kinds of rows get a tree and fields:
--
--   * a packet with a comment that gives its cause in a line of fields:
--     `sockline cause=call reason=connect calls=4 name=connect fd=3 caller=client[200]`
--     or, in recordings of format 1, in words: `call 4: connect(3) by client[200]; SYN`
--   * a call, or another event: a systemd Journal Export Block with SOCK_V
--
-- What does not read so is left alone. docs/RECORDING.md describes both.

local sockline = Proto("sockline", "sockline: calls and what sent each packet")

local field = {
  call = ProtoField.uint32("sockline.call", "Call"),
  kind = ProtoField.string("sockline.kind", "Cause"),
  reason = ProtoField.string("sockline.reason", "Reason"),
  packet = ProtoField.uint32("sockline.packet", "About packet"),
  trigger = ProtoField.uint32("sockline.trigger", "Let out by call"),
  delayed = ProtoField.bool("sockline.delayed", "The answer came late"),
  amends = ProtoField.uint32("sockline.amends", "Tells the cause of packet"),
  event = ProtoField.string("sockline.event", "Event"),
  name = ProtoField.string("sockline.name", "Name of the call"),
  fd = ProtoField.int32("sockline.fd", "File descriptor"),
  result = ProtoField.int64("sockline.result", "Result"),
  errno = ProtoField.uint32("sockline.errno", "errno"),
  duration = ProtoField.relative_time("sockline.duration", "Time in the call"),
  time = ProtoField.absolute_time("sockline.time", "Exact time", base.LOCAL),
  offset = ProtoField.uint64("sockline.offset", "First byte in the stream"),
  length = ProtoField.uint64("sockline.length", "Bytes of the stream"),
  pid = ProtoField.uint32("sockline.pid", "Process number"),
  tid = ProtoField.uint32("sockline.tid", "Thread"),
  process = ProtoField.string("sockline.process", "Process"),
  stream = ProtoField.string("sockline.stream", "Connection"),
  run = ProtoField.string("sockline.run", "Recording"),
  text = ProtoField.string("sockline.text", "Text"),
}
sockline.fields = field

local comments = Field.new("frame.comment")
-- Only packets have one; journal entries are no packets.
local encapsulation = Field.new("frame.encap_type")
-- `sockline run=5f3a`
local description = Field.new("frame.interface_description")

-- MARK: numbers and names

--- A whole number from 0 to `limit`; nil where the text is none.
local function number(text, limit)
  if not text or #text > 15 or not text:find("^%d+$") then return nil end
  local value = tonumber(text)
  return value <= limit and value or nil
end

local function uint32(text) return number(text, 4294967295) end

--- An Int64 from at most 18 digits with or without a sign; nil where the text is none.
local function int64(text)
  local sign, digits = (text or ""):match("^(%-?)(%d+)$")
  if not digits or #digits > 18 then return nil end
  local value = Int64.new(0)
  for digit in digits:gmatch("%d") do value = value * Int64.new(10) + Int64.new(tonumber(digit)) end
  return sign == "-" and -value or value
end

--- A UInt64 from at most 18 digits.
local function uint64(text)
  if not text or #text > 18 or not text:find("^%d+$") then return nil end
  local value = UInt64.new(0)
  for digit in text:gmatch("%d") do
    value = value * UInt64.new(10) + UInt64.new(tonumber(digit))
  end
  return value
end

--- The time of so many nanoseconds.
local function time(text)
  if not text or #text > 19 or not text:find("^%d+$") then return nil end
  local seconds = text:sub(1, -10)
  return NSTime.new(tonumber(seconds ~= "" and seconds or "0"), tonumber(text:sub(-9)))
end

--- A name in which what separates the parts of a comment is written `\x3b`.
local function unescaped(name)
  return (name:gsub("\\([\\x])(%x?%x?)", function(kind, digits)
    if kind == "\\" then return "\\" .. digits end
    local code = #digits == 2 and tonumber(digits, 16) or 0
    return code >= 0x20 and code < 0x7F and string.char(code) or nil
  end))
end

--- Text without what a terminal would obey; recordings of ours hold none.
local function harmless(text)
  return (text:gsub("%c", function(byte) return string.format("\\x%02x", byte:byte()) end))
end

-- MARK: what a cause names

--- Adds the numbers of a list such as `7,8`; false where it is none.
local function addCalls(cause, list)
  if not (list .. ","):find("^[%d,]+$") then return false end
  local calls = {}
  for text in (list .. ","):gmatch("([^,]*),") do
    local call = uint32(text)
    if not call then return false end
    calls[#calls + 1] = call
  end
  for _, call in ipairs(calls) do cause.calls[#cause.calls + 1] = call end
  return true
end

--- Takes `13:26`.
local function setBytes(cause, low, high)
  local first, past = number(low, 9e14), number(high, 9e14)
  if not first or not past or past < first then return end
  cause.offset, cause.length = low, string.format("%d", past - first)
end

--- Takes `client[200]`.
local function setProcess(cause, text)
  local name, pid = text:match("^(.*)%[(%d+)%]$")
  pid = uint32(pid)
  if not pid then return false end
  cause.pid, cause.process = pid, unescaped(name) .. "[" .. pid .. "]"
  return true
end

-- MARK: the fields in a packet's comment

--- The fields of a line such as `sockline cause=call reason=data calls=7,8`; nil where it is none.
local function readFields(line)
  local rest = line:match("^sockline (cause=.*)$")
  if not rest then return nil end
  local fields = {}
  for text in (rest .. " "):gmatch("(.-) ") do
    local name, value = text:match("^([a-z%-]+)=([!-<>-~]+)$")
    if not name or fields[name] then return nil end
    fields[name] = value
  end
  return fields
end

--- The fields of the last line of fields in a comment; nil where it has none.
local function lastFields(comment)
  local last
  for line in (comment .. "\n"):gmatch("([^\r\n]*)[\r\n]") do last = readFields(line) or last end
  return last
end

--- The cause that fields tell; nil where they tell none. What is not known is left out.
local function causeOfFields(fields)
  if not fields.reason then return nil end
  local cause = { calls = {}, kind = fields.cause, reason = fields.reason, name = fields.name }
  addCalls(cause, fields.calls or "")
  setBytes(cause, (fields.bytes or ""):match("^(%d+):(%d+)$"))
  setProcess(cause, fields.process or fields.caller or "")
  cause.fd = number(fields.fd, 2147483647)
  cause.packet, cause.trigger = uint32(fields.packet), uint32(fields.trigger)
  if fields.delayed == "1" then cause.delayed = true end
  return cause
end

-- MARK: the words of a packet's comment, in recordings of format 1

--- What stands behind `call 7: `: `write(4) bytes 0:13 by client[200]`, each part may be missing.
local function readCall(cause, text)
  local name, fd, rest = text:match("^([%w_]+)%((%d*)%)(.*)$")
  if name then cause.name, cause.fd = name, number(fd, 2147483647) else rest = " " .. text end
  local low, high, after = rest:match("^ bytes (%d+):(%d+)(.*)$")
  if low then
    setBytes(cause, low, high)
    rest = after
  end
  local process = rest:match("^ by (.*)$")
  if process then setProcess(cause, process) end
end

--- Reads `reply to packet 12` or `retransmission of packet 9 (call 7)`.
local function readAbout(cause, kind, text)
  local packet, rest = text:match("^ [to][of] packet (%d+)(.*)$")
  cause.kind, cause.packet = kind, uint32(packet)
  if packet then
    if not cause.packet then return false end
    text = rest
  end
  local list = text:match("^ %(call ([%d,]+)%)$")
  if list then return addCalls(cause, list) end
  return text == ""
end

--- Reads what stands before the reason; false where it is none of ours.
local function readHead(cause, head)
  local list, rest = head:match("^call ([%d,]+)(.*)$")
  if list and rest == "" then
    cause.kind = "call"
    return addCalls(cause, list)
  end
  if head == "call by exec" then
    cause.kind = "call"
    return true
  end
  if not list then rest = head:match("^(released.*)$") and " " .. head end
  if rest and rest:find("^ released") then
    cause.kind = "released"
    if list and not addCalls(cause, list) then return false end
    local packet = rest:match("^ released by packet (%d+)$")
    cause.packet = uint32(packet)
    return cause.packet ~= nil or rest == " released"
  end
  for _, kind in ipairs { "reply", "retransmission", "copy" } do
    if head:sub(1, #kind) == kind then return readAbout(cause, kind, head:sub(#kind + 1)) end
  end
  if head:find("^exit") then
    cause.kind = "exit"
    local process = head:match("^exit of (.+)$")
    return process and setProcess(cause, process) or head == "exit"
  end
  for _, kind in ipairs { "untraced", "timer", "ambiguous", "unknown" } do
    if head == kind then
      cause.kind = kind
      return true
    end
  end
  return false
end

--- A part behind the first; what is not known is left out.
local function readPart(cause, part)
  local low, high = part:match("^bytes (%d+):(%d+)$")
  if low then return setBytes(cause, low, high) end
  local word, rest = part:match("^(%l+) (.+)$")
  if part == "delayed" then
    cause.delayed = true
  elseif word == "calls" then
    addCalls(cause, rest)
  elseif word == "packet" and uint32(rest) then
    cause.packet = uint32(rest)
  elseif word == "trigger" then
    cause.trigger = uint32(rest:match("^call (%d+)$"))
  elseif word == "process" and setProcess(cause, rest) then
    return
  elseif cause.kind == "call" and not cause.reason then
    cause.reason = part
  end
end

--- The cause that a comment gives in words in its first line; nil where it says something else.
local function readCause(comment)
  local line = comment:match("^[^\r\n]*")
  local parts = {}
  for part in (line .. "; "):gmatch("(.-); ") do parts[#parts + 1] = part end
  local cause = { calls = {}, line = line }
  local first = parts[1] or ""
  local list, call = first:match("^call ([%d,]+): (.*)$")
  if list then
    cause.kind = "call"
    if not addCalls(cause, list) then return nil end
    readCall(cause, call)
  else
    -- A name may hold a colon, a reason holds none.
    local head, reason = first:match("^(.*): ([^:]*)$")
    if not readHead(cause, head or first) then return nil end
    -- One word alone is anybody's comment.
    if not head and not first:find("[ ]") and first ~= "untraced" then return nil end
    cause.reason = reason
  end
  for index = 2, #parts do readPart(cause, parts[index]) end
  return cause
end

-- MARK: a journal entry

--- The fields of an entry of ours, each with its place: name, value, start, length; nil for others.
local function readEntry(text)
  if not text:find("^__REALTIME_TIMESTAMP=%d+\n") then return nil end
  local entry, places = {}, {}
  local start = 1
  while start <= #text do
    local stop = text:find("\n", start, true)
    if not stop then break end
    local name, value = text:sub(start, stop - 1):match("^([%u%d_]+)=(.*)$")
    -- A field in the journal's binary form, which we do not write: what follows cannot be told.
    if not name then break end
    if entry[name] == nil then entry[name], places[name] = value, { start - 1, stop - start } end
    start = stop + 1
  end
  if entry.SOCK_V ~= "1" and entry.SOCK_V ~= "2" then return nil end
  return entry, places
end

--- What stands in the column Info.
local function infoText(entry)
  local message = entry.MESSAGE or ""
  local words = { call = "", enter = "begins ", exit = "returns " }
  local word, call = words[entry.SOCK_EV or ""], uint32(entry.SOCK_ID)
  if not word or not call then return message end
  local took = number(entry.SOCK_DUR_NS, 9e14)
  local text = string.format("c%.0f %s%s", call, word, message)
  if entry._PID then text = string.format("%s[%s] ", entry._COMM or "?", entry._PID) .. text end
  return took and string.format("%s  in %.3f ms", text, took / 1e6) or text
end

-- MARK: what is shown

--- Adds the fields of a cause, which stand in no bytes of the packet.
local function showCause(cause, tree)
  local function add(key, value)
    if type(value) == "string" then value = harmless(value) end
    if value ~= nil then tree:add(field[key], value):set_generated() end
  end
  add("kind", cause.kind)
  add("reason", cause.reason)
  for _, call in ipairs(cause.calls) do add("call", call) end
  for _, key in ipairs { "name", "fd", "packet", "trigger", "delayed", "pid", "process" } do
    add(key, cause[key])
  end
  add("offset", uint64(cause.offset))
  add("length", uint64(cause.length))
end

--- Which entry becomes which field, and how its text is read.
local shown = {
  { "SOCK_EV", "event" }, { "SOCK_ID", "call", uint32 }, { "CODE_FUNC", "name" },
  { "SOCK_FD", "fd", function(text) return number(text, 2147483647) end },
  { "RESULT", "result", int64 }, { "ERRNO", "errno", uint32 },
  { "SOCK_DUR_NS", "duration", time }, { "SOCK_TNS", "time", time },
  { "SOCK_OFF", "offset", uint64 }, { "SOCK_LEN", "length", uint64 },
  { "SOCK_PACKET", "amends", uint32 }, { "_PID", "pid", uint32 }, { "SOCK_TID", "tid", uint32 },
  { "_STREAM_ID", "stream" }, { "MESSAGE", "text" },
}

local function showEntry(entry, places, tvb, tree)
  for _, row in ipairs(shown) do
    local name, key, read = row[1], row[2], row[3]
    local value = entry[name]
    if value then value = (read or harmless)(value) end
    if value ~= nil and value ~= "" then
      tree:add(field[key], tvb(places[name][1], places[name][2]), value)
    end
  end
  if entry._PID and uint32(entry._PID) then
    local process = harmless(entry._COMM or "?") .. "[" .. entry._PID .. "]"
    tree:add(field.process, process):set_generated()
  end
  local run = (entry.__CURSOR or ""):match("^run=(%x+);")
  if run then tree:add(field.run, run):set_generated() end
  if entry.SOCK_EV == "cause" and entry.SOCK_CAUSE then
    local fields = readFields(unescaped(entry.SOCK_CAUSE))
    local cause = fields and causeOfFields(fields)
    if entry.SOCK_V == "1" then cause = readCause(entry.SOCK_CAUSE) end
    if cause then showCause(cause, tree) end
  end
end

--- The cause of a packet that has these comments: that of the last line of fields, or, where none has
--- any, of the last comment that gives one in words.
local function causeOf(found)
  for index = #found, 1, -1 do
    local fields = lastFields(found[index])
    if fields then
      local cause = causeOfFields(fields)
      if cause then cause.line = found[index]:match("^[^\r\n]*") end
      return cause
    end
  end
  for index = #found, 1, -1 do
    local cause = readCause(found[index])
    if cause then return cause end
  end
  return nil
end

local function dissectPacket(tree)
  local found = { comments() }
  for index, comment in ipairs(found) do found[index] = tostring(comment.value) end
  local cause = causeOf(found)
  if not cause then return end
  local own = tree:add(sockline):set_text("sockline, " .. harmless(cause.line))
  showCause(cause, own)
  local interface = description()
  local run = interface and tostring(interface.value):match("^sockline run=(%x+)$")
  if run then own:add(field.run, run):set_generated() end
end

local function dissectEntry(tvb, pinfo, tree)
  local entry, places = readEntry(tvb:raw(0, tvb:len()))
  if not entry then return end
  local info = harmless(infoText(entry))
  pinfo.cols.protocol:set("sockline")
  pinfo.cols.info:set(info)
  showEntry(entry, places, tvb, tree:add(sockline, tvb()):set_text("sockline, " .. info))
end

function sockline.dissector(tvb, pinfo, tree)
  if encapsulation() then
    dissectPacket(tree)
  elseif tvb:len() > 0 then
    dissectEntry(tvb, pinfo, tree)
  end
end

register_postdissector(sockline)
