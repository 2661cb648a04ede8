-- raw.lua -- has wrk send requests byte for byte as the bench wrote them
--
--     wrk -s raw.lua URL -- FILE
--
-- FILE holds what one send says; several, with a zero byte between them, are
-- chosen from at random. What wrk counted is printed as `name=value` lines.

local sends = {}

function init(args)
   for send in io.open(args[1], "rb"):read("*a"):gmatch("[^%z]+") do
      sends[#sends + 1] = send
   end
   if #sends > 1 then
      math.randomseed(1)
      request = function() return sends[math.random(#sends)] end
   else
      wrk.format = function() return sends[1] end
   end
end

function done(summary, latency)
   local errors = summary.errors
   print(string.format("requests=%d\nduration_us=%d\nbytes=%d",
                       summary.requests, summary.duration, summary.bytes))
   print(string.format("p50_us=%d\np99_us=%d\np999_us=%d",
                       latency:percentile(50), latency:percentile(99),
                       latency:percentile(99.9)))
   print(string.format("refused=%d\nbroken=%d\nlate=%d",
                       errors.status, errors.connect + errors.read + errors.write,
                       errors.timeout))
end
