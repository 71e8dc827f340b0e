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
--
-- Assignments of simple expressions cost less than statements: together they save two fifths of the time here.
CREATE FUNCTION {schema}.take_positions(_count bigint) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    _last bigint;
    _locked boolean;
BEGIN
    -- The floor, between the locks of the streams and the first position: see `readable`.
    _locked := pg_advisory_xact_lock_shared(
        '{schema}.events'::regclass::oid::bigint::bit(32)::int,
        coalesce(pg_sequence_last_value('{schema}.positions'), 0)::bit(32)::int) IS NOT NULL;

    -- All positions in one step, so that the sequence never stands within an append and no reader sees a part of one.
    -- The lock is for this step alone: it ends with the block, which is rolled back. What the sequence and the
    -- variables hold is not.
    BEGIN
        _locked := pg_advisory_xact_lock('{schema}.positions'::regclass::oid::bigint::bit(32)::int, 0) IS NOT NULL;
        _last := setval('{schema}.positions', coalesce(pg_sequence_last_value('{schema}.positions'), 0) + _count);
        RAISE SQLSTATE 'OF001';
    EXCEPTION WHEN SQLSTATE 'OF001' THEN
        RETURN _last - _count;
    END;
END
$$;

-- Appends to several streams at once, each for itself: where a stream is not as expected, nothing is written to it.
--
-- `_streams` holds each stream once, and they ascend; `_expected` the version expected of each, -1 for any, -2 for one
-- that exists; `_counts` how many events it is to get; `_of` the place in `_streams` of each event, `_nth` its number
-- among those of its stream, from 1.
-- The answer: the version of each stream before, whether its events were accepted, and the position before that of
-- the first event given.
--
-- A plan for any arguments is as good as one for these, and need not be made each time. Events are looked up by their
-- number: for eight of them that takes a sixth less time than `unnest` of as many arrays.
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
    _after bigint;
    _before bigint;
    _now timestamptz;
BEGIN
    -- Each stream is checked, locked and raised in one step. As they ascend, nobody waits in a circle.
    FOR _place IN 1 .. cardinality(_streams) LOOP
        IF _expected[_place] IN (-1, 0) THEN
            INSERT INTO {schema}.streams AS streams (stream_id, version) VALUES (_streams[_place], _counts[_place])
            ON CONFLICT (stream_id) DO UPDATE SET version = streams.version + excluded.version
            WHERE _expected[_place] = -1
            RETURNING streams.version INTO _after;
        ELSE
            UPDATE {schema}.streams AS streams SET version = streams.version + _counts[_place]
            WHERE stream_id = _streams[_place] AND _expected[_place] IN (-2, streams.version)
            RETURNING streams.version INTO _after;
        END IF;
        _accepted[_place] := _after IS NOT NULL;
        IF _accepted[_place] THEN
            _versions[_place] := _after - _counts[_place];
        ELSE
            SELECT streams.version INTO _after FROM {schema}.streams AS streams WHERE stream_id = _streams[_place];
            _versions[_place] := coalesce(_after, 0);
        END IF;
    END LOOP;

    IF true = ANY (_accepted) THEN
        _before := {schema}.take_positions(cardinality(_ids));
        _now := clock_timestamp();
        INSERT INTO {schema}.events (
            position, stream_id, version, id, type, schema_version, recorded_at, category,
            tenant, correlation_id, causation_id, extra, data)
        SELECT _before + number, _streams[_of[number]], _versions[_of[number]] + _nth[number],
            _ids[number], _types[number], _schema_versions[number], _now, _categories[number],
            _tenants[number], _correlation_ids[number], _causation_ids[number],
            _extras[number]::json, _datas[number]::json
        FROM generate_series(1, cardinality(_ids)) AS number
        WHERE _accepted[_of[number]];
    END IF;

    versions := _versions;
    accepted := _accepted;
    before := _before;
    recorded_at := _now;
END
$$;
