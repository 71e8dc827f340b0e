-- `{schema}` is the quoted name of the schema. Texts compare byte by byte.

CREATE TABLE {schema}.meta (
    key text PRIMARY KEY,
    value text NOT NULL
);

-- Where each stream ends. Its row is what an append to the stream locks.
CREATE TABLE {schema}.streams (
    stream_id text COLLATE "C" PRIMARY KEY,
    version bigint NOT NULL,
    position bigint NOT NULL
) WITH (fillfactor = 70);

-- Advanced by `append` alone, by as many positions as it writes at once.
CREATE SEQUENCE {schema}.positions AS bigint CACHE 1 NO CYCLE;

-- `json`, not `jsonb`: it keeps the text as it was, and is written and read faster.
CREATE TABLE {schema}.events (
    position bigint PRIMARY KEY,
    stream_id text COLLATE "C" NOT NULL,
    version bigint NOT NULL,
    id uuid NOT NULL UNIQUE,
    type text COLLATE "C" NOT NULL,
    schema_version bigint NOT NULL,
    recorded_at timestamptz NOT NULL,
    category text COLLATE "C" NOT NULL,
    tenant text COLLATE "C",
    correlation_id text COLLATE "C",
    causation_id text COLLATE "C",
    extra json,
    data json NOT NULL,
    UNIQUE (stream_id, version)
);

CREATE INDEX events_by_category ON {schema}.events (category, position);
CREATE INDEX events_by_type ON {schema}.events (type, position);
CREATE INDEX events_by_tenant ON {schema}.events (tenant, position) WHERE tenant IS NOT NULL;
CREATE INDEX events_by_correlation_id ON {schema}.events (correlation_id, position)
    WHERE correlation_id IS NOT NULL;
-- Times rise with positions but for small disorder, so that the bounds of each block of rows tell enough.
CREATE INDEX events_by_recorded_at ON {schema}.events USING brin (recorded_at) WITH (autosummarize = on);

CREATE TABLE {schema}.snapshots (
    stream_id text COLLATE "C" NOT NULL,
    name text COLLATE "C" NOT NULL,
    state_version bigint NOT NULL,
    version bigint NOT NULL,
    state json NOT NULL,
    PRIMARY KEY (stream_id, name)
);

CREATE FUNCTION {schema}.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'events are append-only: none is ever updated or deleted'
        USING ERRCODE = 'restrict_violation';
END
$$;

CREATE TRIGGER events_are_append_only
    BEFORE UPDATE OR DELETE OR TRUNCATE ON {schema}.events
    FOR EACH STATEMENT EXECUTE FUNCTION {schema}.refuse_change();

-- Up to where a reader may read, so that no smaller position appears later.
--
-- Every append holds a floor while it writes: a shared advisory lock whose keys are the table's oid and what the
-- sequence stood at before the append took its positions, so that these are all above it. The order here is the
-- point: the sequence first, the locks afterwards. A position that had been given out by the first statement then
-- either is above a floor that the second one sees, or its transaction has ended, and a statement that begins
-- later sees its row.
CREATE FUNCTION {schema}.readable() RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    _last bigint;
    _floor bigint;
BEGIN
    SELECT CASE WHEN is_called THEN last_value ELSE 0 END INTO _last FROM {schema}.positions;
    -- A key holds the low 32 bits of a floor. It is the floor that lies within 2^31 of the sequence.
    SELECT min(_last - (_last - objid::bigint)::bit(32)::int) INTO _floor
    FROM pg_locks
    WHERE locktype = 'advisory' AND objsubid = 2
        AND classid = '{schema}.events'::regclass
        AND database = (SELECT oid FROM pg_database WHERE datname = current_database());
    RETURN least(_last, _floor);
END
$$;

-- Appends to several streams at once, each for itself: where a stream is not as expected, nothing is written to it.
--
-- `_streams` holds each stream once; `_expected` the version expected of each, -1 for any, -2 for one that exists;
-- `_of` the place in `_streams` of each event, `_nth` its number among those of its stream, from 1.
-- The answer has a row for each stream: its version before, and the new positions, none if it was refused.
CREATE FUNCTION {schema}.append(
    _streams text[], _expected bigint[],
    _of int[], _nth int[], _ids uuid[], _types text[], _schema_versions bigint[], _categories text[],
    _tenants text[], _correlation_ids text[], _causation_ids text[], _extras text[], _datas text[]
) RETURNS TABLE (stream int, version bigint, positions bigint[], recorded_at timestamptz)
LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
    _versions bigint[];
    _accepted boolean[];
    _count bigint;
    _last bigint;
    _now timestamptz;
BEGIN
    -- Rows of new streams, then the locks, each in the order of the ids: whoever comes second waits here, and
    -- nobody waits in a circle.
    INSERT INTO {schema}.streams (stream_id, version, position)
    SELECT stream_id, 0, 0 FROM unnest(_streams, _expected) AS appends (stream_id, expected)
    WHERE expected IN (-1, 0) ORDER BY stream_id COLLATE "C"
    ON CONFLICT DO NOTHING;
    PERFORM FROM {schema}.streams WHERE stream_id = ANY (_streams) ORDER BY stream_id FOR UPDATE;

    -- A statement of its own sees what the last holders of the locks have written.
    SELECT array_agg(coalesce(streams.version, 0) ORDER BY appends.place),
        array_agg(
            CASE expected
                WHEN -1 THEN true
                WHEN -2 THEN coalesce(streams.version, 0) > 0
                ELSE coalesce(streams.version, 0) = expected
            END ORDER BY appends.place)
    INTO _versions, _accepted
    FROM unnest(_streams, _expected) WITH ORDINALITY AS appends (stream_id, expected, place)
    LEFT JOIN {schema}.streams AS streams ON streams.stream_id = appends.stream_id COLLATE "C";

    SELECT count(*) INTO _count FROM unnest(_of) AS place WHERE _accepted[place];
    IF _count > 0 THEN
        -- The floor, between the locks of the streams and the first position: see `readable`.
        SELECT CASE WHEN is_called THEN last_value ELSE 0 END INTO _last FROM {schema}.positions;
        PERFORM pg_advisory_xact_lock_shared(
            '{schema}.events'::regclass::oid::bigint::bit(32)::int, _last::bit(32)::int);

        -- All positions in one step, so that the sequence never stands within an append and no reader sees a part of
        -- one. The lock is for this step alone: it ends with the block, which is rolled back. What the sequence and
        -- the variables hold is not.
        BEGIN
            PERFORM pg_advisory_xact_lock('{schema}.positions'::regclass::oid::bigint::bit(32)::int, 0);
            SELECT CASE WHEN is_called THEN last_value ELSE 0 END INTO _last FROM {schema}.positions;
            PERFORM setval('{schema}.positions', _last + _count);
            RAISE SQLSTATE 'OF001';
        EXCEPTION WHEN SQLSTATE 'OF001' THEN
            NULL;
        END;
    END IF;
    _now := clock_timestamp();

    RETURN QUERY
    WITH written AS (
        INSERT INTO {schema}.events (
            position, stream_id, version, id, type, schema_version, recorded_at, category,
            tenant, correlation_id, causation_id, extra, data)
        SELECT _last + row_number() OVER (ORDER BY number), _streams[place], _versions[place] + nth, id, type,
            schema_version, _now, category, tenant, correlation_id, causation_id, extra::json, data::json
        FROM (
            SELECT * FROM unnest(
                _of, _nth, _ids, _types, _schema_versions, _categories,
                _tenants, _correlation_ids, _causation_ids, _extras, _datas
            ) WITH ORDINALITY AS events (
                place, nth, id, type, schema_version, category,
                tenant, correlation_id, causation_id, extra, data, number)
            WHERE _accepted[place]
        ) AS events
        RETURNING stream_id, version, position
    ), heads AS (
        SELECT stream_id, max(version) AS version, max(position) AS position,
            array_agg(position ORDER BY version) AS positions
        FROM written GROUP BY stream_id
    ), raised AS (
        UPDATE {schema}.streams AS streams SET version = heads.version, position = heads.position
        FROM heads WHERE streams.stream_id = heads.stream_id
    )
    SELECT appends.place::int, _versions[appends.place], heads.positions, _now
    FROM unnest(_streams) WITH ORDINALITY AS appends (stream_id, place)
    LEFT JOIN heads ON heads.stream_id = appends.stream_id COLLATE "C";
END
$$;
