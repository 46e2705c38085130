/** Lua that Redis runs as one fact. Versions are compared as they are written, so nothing is lost to Lua's numbers. */

/**
 * KEYS: the session, then what it is found by. ARGV: the version that it replaces, or "none"; milliseconds that it is kept, and that
 * it can be found; its id; the prefix of sessions; "live" or "ended"; its fields.
 * A new one sweeps from what it is found by whatever is gone, so that this does not grow with each sign-in.
 */
export const keep = `
if (redis.call('HGET', KEYS[1], 'version') or 'none') ~= ARGV[1] then return 0 end
redis.call('DEL', KEYS[1])
redis.call('HSET', KEYS[1], unpack(ARGV, 7))
redis.call('PEXPIRE', KEYS[1], ARGV[2])
for place = 2, #KEYS do
	if ARGV[6] == 'ended' then
		redis.call('SREM', KEYS[place], ARGV[4])
	else
		if ARGV[1] == 'none' then
			for _, id in ipairs(redis.call('SMEMBERS', KEYS[place])) do
				if redis.call('EXISTS', ARGV[5] .. id) == 0 then redis.call('SREM', KEYS[place], id) end
			end
		end
		redis.call('SADD', KEYS[place], ARGV[4])
		if redis.call('PTTL', KEYS[place]) < tonumber(ARGV[3]) then redis.call('PEXPIRE', KEYS[place], ARGV[3]) end
	end
end
return 1`;

/** KEYS: the session. ARGV: until when it may idle; milliseconds that it is kept. */
export const touch = `
if redis.call('HEXISTS', KEYS[1], 'version') == 0 or redis.call('HEXISTS', KEYS[1], 'ended') == 1 then return 0 end
redis.call('HSET', KEYS[1], 'idleUntil', ARGV[1])
redis.call('PEXPIRE', KEYS[1], ARGV[2])
return 1`;

/** KEYS: the lease. ARGV: who holds it; milliseconds. */
export const renew = `
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call('PEXPIRE', KEYS[1], ARGV[2])`;

/** KEYS: the lease. ARGV: who holds it. */
export const release = `
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call('DEL', KEYS[1])`;
