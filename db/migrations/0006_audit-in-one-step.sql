-- Appends a line to the audit log in one statement, so that the chain's lock is never held while a process thinks. Each
-- statement inside sees what was committed before it began: the line before, once the lock is had. `head` and `tail` are the
-- canonical text of the line around the hash of the one before it.
CREATE FUNCTION append_audit(campus_id integer, at_ms bigint, actor text, action text, target text, ip text,
                             before jsonb, after jsonb, head text, tail text)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  previous text;
BEGIN
  PERFORM pg_advisory_xact_lock(7216010);
  SELECT l.hash INTO previous FROM audit_log l ORDER BY l.id DESC LIMIT 1;
  INSERT INTO audit_log (campus_id, at_ms, actor, action, target, ip, before, after, hash)
  VALUES (append_audit.campus_id, append_audit.at_ms, append_audit.actor, append_audit.action, append_audit.target,
          append_audit.ip, append_audit.before, append_audit.after,
          encode(sha256(convert_to(head || coalesce(previous, '') || tail, 'UTF8')), 'hex'));
END $$;
