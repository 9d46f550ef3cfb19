-- From canonical Markdown to a printed format: divs and spans by their class, math that every writer sets.

local typst = FORMAT == "typst"
local html = FORMAT:match("html") ~= nil

-- characters that are markup in a Typst string
local function quoted(text)
  return '"' .. text:gsub("\\", "\\\\"):gsub('"', '\\"'):gsub("\n", " ") .. '"'
end

local function inline(text) return pandoc.RawInline("typst", text) end
local function block(text) return pandoc.RawBlock("typst", text) end

local WIDE = 20 -- letters: longer words and formulas may be wider than their line

-- what cannot be broken is watched: a lint tells if it runs over an edge
local function watched(element) return typst and { element, inline("#within();") } or nil end

-- --- math --------------------------------------------------------------------------------------------------------

-- LaTeX sets every second column of aligned equations apart; Typst does not
local function apart(latex)
  if not latex:find("\\begin{aligned}", 1, true) or latex:find("matrix", 1, true) then return latex end
  local rows = {}
  for row in (latex .. "\\\\"):gmatch("(.-)\\\\") do
    local count = 0
    rows[#rows + 1] = row:gsub("&", function()
      count = count + 1
      return count % 2 == 0 and "\\qquad &" or "&"
    end)
  end
  return table.concat(rows, "\\\\")
end

-- LaTeX that pandoc's reader of math does not know, or sets in a way of its own
local function mended(latex)
  local before
  repeat -- a number with commas is one word: 1{,}234{,}567
    before = latex
    latex = latex:gsub("(%d[%d,]*){,}(%d%d%d)", "%1,%2")
  until latex == before
  latex = latex:gsub("%d[%d,]*,%d%d%d%.?%d*", "\\text{%0}")
  return (apart(latex:gsub("\\thinspace", "\\,"):gsub("\\!", "")))
end

local SPOKEN = {
  cdot = " times ", times = " by ", frac = "", odot = " elementwise times ", to = " to ", approx = " is about ",
  sqrt = " root of ", le = " at most ", ge = " at least ", neq = " is not ", sum = " sum ", prod = " product ",
  partial = " d ", infty = " infinity ", quad = " ", qquad = " ", left = "", right = "", displaystyle = "",
  text = "", mathrm = "", operatorname = "", mathbf = "", mathbb = "", mathcal = "", begin = "", ["end"] = "",
  underbrace = "", dfrac = "", tfrac = "", boxed = "", ldots = " and so on ", cdots = " and so on ", dots = " and so on ",
  oplus = " plus elementwise ", otimes = " outer product ", rightarrow = " to ", leftarrow = " from ", pm = " plus or minus ",
}

-- a formula in words and signs, for a reader who hears it
local function spoken(latex)
  local text = latex:gsub("\\begin{%a+%*?}", " "):gsub("\\end{%a+%*?}", " "):gsub("\\\\", "; ")
  text = text:gsub("\\[dt]?frac(%b{})(%b{})", "(%1) over (%2)")
  text = text:gsub("\\[dt]?frac(%b{})(%b{})", "(%1) over (%2)")
  text = text:gsub("\\(%a+)", function(name) return SPOKEN[name] or (" " .. name .. " ") end)
  text = text:gsub("{,}", ","):gsub("%^", " to the power "):gsub("_", " sub "):gsub("\\.", " "):gsub("[{}&]", " ")
  return (text:gsub("%s+", " "):gsub("^ ", ""):gsub(" $", ""))
end

local TYPST = { -- names that pandoc writes and Typst has given up
  ["dot%.circle"] = "dot.o", ["times%.circle"] = "times.o", ["plus%.circle"] = "plus.o",
}

local function set_math(math)
  local written = pandoc.write(pandoc.Pandoc({ pandoc.Plain({ math }) }), "typst"):gsub("%s+$", "")
  for old, new in pairs(TYPST) do written = written:gsub(old, new) end
  return written
end

local NESTING = { ["{"] = 1, ["}"] = -1, left = 1, right = -1, ["begin"] = 1, ["end"] = -1 }
local LONG = 24 -- letters: longer words within a formula are set as text, which can be broken

-- a formula within a sentence as inlines: math, and the long words that stood in it
local function opened(math)
  local depth, found, rest = 0, pandoc.List(), math.text
  local place, start = 1, 1
  local function formula(text)
    if text:find("%S") then found:insert(pandoc.Math("InlineMath", (text:gsub("^%s+", ""):gsub("%s+$", "")))) end
  end
  while place <= #rest do
    local words = depth == 0 and rest:match("^\\text(%b{})", place)
    if words and #words > LONG then
      formula(rest:sub(start, place - 1))
      if #found > 0 then found:insert(pandoc.Space()) end
      for word in words:sub(2, -2):gsub("\\([#%%&_{}$])", "%1"):gmatch("%S+") do
        found:insert(pandoc.Str(word))
        found:insert(pandoc.Space())
      end
      place = place + #words + 5
      start = place
    else
      local sign = rest:match("^\\(%a+)", place) or rest:sub(place, place)
      depth = depth + (NESTING[sign] or 0)
      place = place + 1
    end
  end
  formula(rest:sub(start))
  if found[#found].t == "Space" then found:remove() end
  return found
end

local function broken(math)
  if math.mathtype == "InlineMath" and math.text:find("\\text{", 1, true) then return opened(math) end
end

function Math(math)
  local heard = spoken(math.text)
  math.text = mended(math.text)
  if not typst then
    math.text = math.text:gsub("&%s*=", "&{}=") -- MathML sets a sign apart only from what stands before it
    return math
  end
  local kind = math.mathtype == "DisplayMath" and "display" or "formula"
  local set = inline("#" .. kind .. "(" .. quoted(heard) .. ")[" .. set_math(math) .. "]")
  return kind == "formula" and #math.text > WIDE and watched(set) or set
end

-- --- parts of a paper --------------------------------------------------------------------------------------------

local function has(element, name) return element.classes:includes(name) end

local function arguments(attributes)
  local found = {}
  for name, value in pairs(attributes) do found[#found + 1] = name .. ": " .. quoted(value) end
  table.sort(found)
  return table.concat(found, ", ")
end

-- room to write, where there are no rules: as many lines as fit
local function empty_lines(div)
  local count = math.max(1, math.floor(tonumber(div.attributes.cm) / 0.8 + 0.5))
  local text = div.attributes.ruled == "lined" and string.rep("_", 70) or "\u{a0}"
  local found = {}
  for line = 1, count do found[line] = pandoc.Para({ pandoc.Str(text) }) end
  return found
end

local function titled(div) -- a question's heading, where the format has no function for it
  local points = div.attributes.points
  local told = POINTS and (" (" .. points .. " " .. (points == "1" and POINT or POINTS) .. ")") or ""
  return pandoc.Header(2, { pandoc.Str(div.attributes.number .. "." .. told) })
end

local PARTS = { "document", "cover", "title", "course", "about", "fields", "instructions", "grading", "question",
  "solution", "options", "prompts", "space", "answer", "source", "sheet", "side" }

function Div(div)
  local class = div.classes[1]
  if not pandoc.List(PARTS):includes(class or "") then return nil end
  if class == "options" then div = div:walk({ Plain = function(plain) return pandoc.Para(plain.content) end }) end
  if typst then
    local found = pandoc.List({ block("#" .. class .. "(" .. arguments(div.attributes) .. ")[") })
    found:extend(div.content)
    found:insert(block("]"))
    return found
  end
  if class == "question" or class == "solution" then
    div.content:insert(1, titled(div))
  elseif class == "space" and html then
    div.attributes.style = "height:" .. div.attributes.cm .. "cm"
    div.classes:insert(div.attributes.ruled)
  elseif class == "space" then
    return empty_lines(div)
  end
  for _, name in ipairs({ "number", "points", "cm", "ruled", "version", "code", "covered", "short" }) do div.attributes[name] = nil end
  return div
end

function Span(span)
  local class = span.classes[1]
  if class == "box" then return typst and inline("#tick() ") or pandoc.Str("☐ ") end
  if class == "rule" then
    local cm = tonumber(span.attributes.width) or 4
    return typst and inline("#gap(" .. cm .. "cm)") or pandoc.Str(string.rep("_", math.floor(cm * 4)))
  end
  if class == "mark" then
    if typst then return { inline("#mark["), pandoc.Span(span.content), inline("]") } end
    return { pandoc.Str(" ["), pandoc.Strong(span.content), pandoc.Str("]") }
  end
end

function Header(header)
  if typst and header.classes:includes("title") then
    local found = pandoc.List({ inline("#title[") })
    found:extend(header.content)
    found:insert(inline("]"))
    return pandoc.Plain(found)
  end
end

function Image(image)
  if not typst then return nil end
  local name = has(image, "logo") and "logo" or image.src:match("^code%-") and "code" or "picture"
  return inline("#" .. name .. "(" .. quoted(image.src) .. ", " .. quoted(pandoc.utils.stringify(image.caption)) .. ")")
end

-- a line such as "In one go:" stays with what it announces
function Para(para)
  local first, last = para.content[1], para.content[#para.content]
  if typst and first and first.t == "Strong" and pandoc.utils.stringify(last):sub(-1) == ":" then
    para.content:insert(1, inline("#announced["))
    para.content:insert(inline("]"))
    return para
  end
end

function Str(str)
  if #str.text > WIDE then return watched(str) end
end

Code = Str

-- columns as wide as what stands in them; pandoc shares the page out where a line of the source is long
function Table(found)
  for place, spec in ipairs(found.colspecs) do found.colspecs[place] = { spec[1], nil } end
  return found:walk({ Str = watched })
end

function Meta(meta)
  POINT, POINTS = nil, nil
  if meta.points then POINT, POINTS = pandoc.utils.stringify(meta.point), pandoc.utils.stringify(meta.points) end
end

return { { Meta = Meta }, { Math = broken }, { Math = Math, Image = Image, Table = Table, Para = Para, Str = Str, Code = Code }, { Span = Span, Header = Header }, { Div = Div } }
