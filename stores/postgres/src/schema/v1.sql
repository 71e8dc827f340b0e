-- `{schema}` is the quoted name of the schema. Texts compare byte by byte.

CREATE TABLE {schema}.meta (
    key text PRIMARY KEY,
    value text NOT NULL
);

-- Where each stream ends. Its row is what an append to the stream locks.
CREATE TABLE {schema}.streams (
    stream_id text COLLATE "C" PRIMARY KEY,
    version bigint NOT NULL
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
-- Times rise with positions but for some disorder, so that the bounds of each range of blocks tell enough.
CREATE INDEX events_by_recorded_at ON {schema}.events USING brin (recorded_at, position) WITH (autosummarize = on);

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

-- The position before the events since a moment, if times rise with positions: a search that halves.
CREATE FUNCTION {schema}.near(_moment timestamptz) RETURNS bigint LANGUAGE plpgsql STABLE AS $$
DECLARE
    _low bigint := 0;
    _high bigint;
    _middle bigint;
    _position bigint;
    _recorded_at timestamptz;
BEGIN
    SELECT last_value INTO _high FROM {schema}.positions;
    WHILE _low < _high LOOP
        _middle := (_low + _high) / 2;
        SELECT position, recorded_at INTO _position, _recorded_at
        FROM {schema}.events WHERE position > _middle ORDER BY position LIMIT 1;
        IF _recorded_at < _moment THEN
            _low := _position;
        ELSE
            _high := _middle;
        END IF;
    END LOOP;
    RETURN _low;
END
$$;

-- The first event since a moment and the last one before it, by position, whatever the disorder: what `near` took for
-- the other side is looked for in the few ranges of blocks whose bounds allow for it, and by no other index.
-- Without them, a page of events since yesterday would begin by going through all that is older.
CREATE FUNCTION {schema}.first_since(_moment timestamptz, _near bigint) RETURNS bigint LANGUAGE sql STABLE
SET enable_seqscan = off SET enable_indexscan = off SET enable_indexonlyscan = off
SET max_parallel_workers_per_gather = 0 AS $$
    SELECT coalesce(min(position), _near + 1) FROM {schema}.events
    WHERE recorded_at >= _moment AND position <= _near
$$;

CREATE FUNCTION {schema}.last_before(_moment timestamptz, _near bigint) RETURNS bigint LANGUAGE sql STABLE
SET enable_seqscan = off SET enable_indexscan = off SET enable_indexonlyscan = off
SET max_parallel_workers_per_gather = 0 AS $$
    SELECT coalesce(max(position), _near) FROM {schema}.events
    WHERE recorded_at < _moment AND position > _near
$$;

-- Takes positions for an append that has its streams locked, and gives the one before them.
CREATE FUNCTION {schema}.take_positions(_count bigint) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    _last bigint;
BEGIN
    -- The floor, between the locks of the streams and the first position: see `readable`.
    PERFORM pg_advisory_xact_lock_shared(
        '{schema}.events'::regclass::oid::bigint::bit(32)::int,
        (CASE WHEN is_called THEN last_value ELSE 0 END)::bit(32)::int)
    FROM {schema}.positions;

    -- All positions in one step, so that the sequence never stands within an append and no reader sees a part of one.
    -- The lock is for this step alone: it ends with the block, which is rolled back. What the sequence and the
    -- variables hold is not.
    BEGIN
        PERFORM pg_advisory_xact_lock('{schema}.positions'::regclass::oid::bigint::bit(32)::int, 0);
        SELECT setval('{schema}.positions', (CASE WHEN is_called THEN last_value ELSE 0 END) + _count)
        INTO _last FROM {schema}.positions;
        RAISE SQLSTATE 'OF001';
    EXCEPTION WHEN SQLSTATE 'OF001' THEN
        RETURN _last - _count;
    END;
END
$$;

-- Appends one event to one stream: what `append` does, without what it needs for several.
--
-- `_expected` is -1 for any version, -2 for a stream that exists. The answer: the version of the stream before,
-- whether the event was accepted, and the position before its own.
CREATE FUNCTION {schema}.append_one(
    _stream text, _expected bigint, _id uuid, _type text, _schema_version bigint, _category text,
    _tenant text, _correlation_id text, _causation_id text, _extra text, _data text,
    OUT version bigint, OUT accepted boolean, OUT before bigint, OUT recorded_at timestamptz
) LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
    _after bigint;
    _before bigint;
    _now timestamptz;
BEGIN
    -- Nobody waits in a circle for a single stream: it is checked, locked and raised in one step.
    IF _expected IN (-1, 0) THEN
        INSERT INTO {schema}.streams AS streams (stream_id, version) VALUES (_stream, 1)
        ON CONFLICT (stream_id) DO UPDATE SET version = streams.version + 1 WHERE _expected = -1
        RETURNING streams.version INTO _after;
    ELSE
        UPDATE {schema}.streams AS streams SET version = streams.version + 1
        WHERE stream_id = _stream AND (_expected = -2 OR streams.version = _expected)
        RETURNING streams.version INTO _after;
    END IF;
    accepted := _after IS NOT NULL;
    IF NOT accepted THEN
        SELECT streams.version INTO _after FROM {schema}.streams AS streams WHERE stream_id = _stream;
        version := coalesce(_after, 0);
        RETURN;
    END IF;

    _before := {schema}.take_positions(1);
    _now := clock_timestamp();
    INSERT INTO {schema}.events (
        position, stream_id, version, id, type, schema_version, recorded_at, category,
        tenant, correlation_id, causation_id, extra, data)
    VALUES (
        _before + 1, _stream, _after, _id, _type, _schema_version, _now, _category,
        _tenant, _correlation_id, _causation_id, _extra::json, _data::json);
    version := _after - 1;
    before := _before;
    recorded_at := _now;
END
$$;

-- Appends to several streams at once, each for itself: where a stream is not as expected, nothing is written to it.
--
-- `_streams` holds each stream once; `_expected` the version expected of each, -1 for any, -2 for one that exists;
-- `_counts` how many events it is to get; `_of` the place in `_streams` of each event, `_nth` its number among those
-- of its stream, from 1.
-- The answer: the version of each stream before, whether its events were accepted, and the position before that of
-- the first event given.
--
-- A plan for any arguments is as good as one for these, and need not be made each time.
CREATE FUNCTION {schema}.append(
    _streams text[], _expected bigint[], _counts bigint[],
    _of int[], _nth int[], _ids uuid[], _types text[], _schema_versions bigint[], _categories text[],
    _tenants text[], _correlation_ids text[], _causation_ids text[], _extras text[], _datas text[],
    OUT versions bigint[], OUT accepted boolean[], OUT before bigint, OUT recorded_at timestamptz
) LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan AS $$
#variable_conflict use_column
DECLARE
    _versions bigint[];
    _accepted boolean[];
    _before bigint;
    _now timestamptz;
BEGIN
    -- Rows of new streams, then the locks, each in the order of the ids: whoever comes second waits here, and nobody
    -- waits in a circle.
    INSERT INTO {schema}.streams (stream_id, version)
    SELECT stream_id, 0 FROM unnest(_streams, _expected) AS appends (stream_id, expected)
    WHERE expected IN (-1, 0) ORDER BY stream_id COLLATE "C"
    ON CONFLICT DO NOTHING;
    PERFORM FROM {schema}.streams WHERE stream_id = ANY (_streams) ORDER BY stream_id FOR UPDATE;

    -- A statement of its own sees what the last holders of the locks have written.
    SELECT array_agg(coalesce(streams.version, 0) ORDER BY place),
        array_agg(
            CASE expected
                WHEN -1 THEN true
                WHEN -2 THEN coalesce(streams.version, 0) > 0
                ELSE coalesce(streams.version, 0) = expected
            END ORDER BY place)
    INTO _versions, _accepted
    FROM unnest(_streams, _expected) WITH ORDINALITY AS appends (stream_id, expected, place)
    LEFT JOIN {schema}.streams AS streams ON streams.stream_id = appends.stream_id COLLATE "C";

    IF true = ANY (_accepted) THEN
        UPDATE {schema}.streams AS streams SET version = streams.version + count
        FROM unnest(_streams, _counts, _accepted) AS appends (stream_id, count, accepted)
        WHERE streams.stream_id = appends.stream_id COLLATE "C" AND accepted;

        _before := {schema}.take_positions(cardinality(_ids));
        _now := clock_timestamp();
        INSERT INTO {schema}.events (
            position, stream_id, version, id, type, schema_version, recorded_at, category,
            tenant, correlation_id, causation_id, extra, data)
        SELECT _before + number, _streams[place], _versions[place] + nth, id, type, schema_version, _now, category,
            tenant, correlation_id, causation_id, extra::json, data::json
        FROM unnest(
            _of, _nth, _ids, _types, _schema_versions, _categories,
            _tenants, _correlation_ids, _causation_ids, _extras, _datas
        ) WITH ORDINALITY AS events (
            place, nth, id, type, schema_version, category,
            tenant, correlation_id, causation_id, extra, data, number)
        WHERE _accepted[place];
    END IF;

    versions := _versions;
    accepted := _accepted;
    before := _before;
    recorded_at := _now;
END
$$;
