-- The results of sweeps, version 3. Sizes are bytes, times are seconds unless the name says otherwise, clocks are hertz.
-- A statement ends with a semicolon at the end of a line.

CREATE TABLE sweeps (
  sweep_id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  description TEXT NOT NULL,
  yaml TEXT NOT NULL,              -- the file as it was read
  baseline TEXT NOT NULL,          -- what the points are compared with, for people; empty: nothing
  marlin_version TEXT NOT NULL,
  marlin_commit TEXT NOT NULL,     -- of the sources that the program was built from; unknown outside of a repository
  code_version TEXT NOT NULL,      -- hash of the code that decides results
  command TEXT NOT NULL,
  host TEXT NOT NULL,
  started_at TEXT NOT NULL,        -- UTC, ISO 8601
  finished_at TEXT                 -- null while it runs, and for ever if it was killed
) STRICT;

-- Which points a sweep has, in its order. A point may be part of many sweeps.
CREATE TABLE sweep_points (
  sweep_id INTEGER NOT NULL REFERENCES sweeps,
  position INTEGER NOT NULL,
  point_key TEXT NOT NULL,
  model TEXT NOT NULL,             -- what this sweep calls the network
  config TEXT NOT NULL,            -- name of the case that the point comes from; empty: none
  baseline_key TEXT,               -- point that this one is compared with; null: none
  PRIMARY KEY (sweep_id, position)
) STRICT, WITHOUT ROWID;

-- What came of a design point. A row is written when the point has ended, whole or not at all.
CREATE TABLE points (
  point_id INTEGER PRIMARY KEY,
  point_key TEXT NOT NULL UNIQUE,
  model_location TEXT NOT NULL,
  model_hash TEXT NOT NULL,        -- SHA-256 of the file, or zoo: and the name
  l1_bytes INTEGER NOT NULL,
  l2_bytes INTEGER NOT NULL,
  l3_bytes INTEGER NOT NULL,
  cores INTEGER NOT NULL,
  clock_hertz INTEGER NOT NULL,
  tiling TEXT NOT NULL,
  heuristics TEXT NOT NULL,        -- name=weight, separated by blanks; empty: the policy's own
  toolchain TEXT NOT NULL,
  requantization TEXT NOT NULL,
  executor TEXT NOT NULL,
  chip TEXT NOT NULL,              -- what else differs from GAP8: name=value, separated by blanks; empty: nothing
  status TEXT NOT NULL CHECK (status IN ('CORRECT', 'WRONG', 'FAILED', 'INFEASIBLE')),
  run_key TEXT REFERENCES runs,    -- null unless the point came to a run
  picojoules_per_cycle REAL,       -- of the operating point; null if none has the clock
  reused INTEGER NOT NULL,         -- 1: the execution was made for another point
  host TEXT NOT NULL,
  host_seconds REAL NOT NULL,      -- deploy, build, run and check
  finished_at TEXT NOT NULL
) STRICT;

-- One execution of a program, with its provenance: points with the same program, L3 image and chip share it.
CREATE TABLE runs (
  run_key TEXT PRIMARY KEY,
  executor TEXT NOT NULL,
  executor_version TEXT NOT NULL,
  chip TEXT NOT NULL,
  chip_hash TEXT NOT NULL,         -- SHA-256 of chip
  compiler TEXT NOT NULL,          -- name and version
  compiler_flags TEXT NOT NULL,    -- of the generated sources
  program_hash TEXT NOT NULL,      -- SHA-256 of the ELF
  image_hash TEXT NOT NULL,        -- SHA-256 of the L3 image
  cycles INTEGER NOT NULL,
  macs INTEGER NOT NULL,
  instructions INTEGER NOT NULL,   -- of all cores; 0 if the executor does not count them
  mismatches INTEGER NOT NULL,     -- output elements that differ from the reference
  first_mismatch TEXT NOT NULL,
  marlin_version TEXT NOT NULL,
  marlin_commit TEXT NOT NULL,
  code_version TEXT NOT NULL,
  host TEXT NOT NULL,              -- that executed it
  host_seconds REAL NOT NULL,      -- of the execution alone
  executed_at TEXT NOT NULL        -- UTC, ISO 8601
) STRICT, WITHOUT ROWID;

-- The layers of the run of a point.
CREATE TABLE layers (
  point_id INTEGER NOT NULL REFERENCES points ON DELETE CASCADE,
  layer INTEGER NOT NULL,
  name TEXT NOT NULL,
  type TEXT NOT NULL,
  cycles INTEGER NOT NULL,
  macs INTEGER NOT NULL,
  tile TEXT NOT NULL,              -- output height x width x channels
  tiles INTEGER NOT NULL,
  l1_bytes INTEGER NOT NULL,
  l3_bytes INTEGER NOT NULL,       -- moved between L3 and L2
  predicted_cycles INTEGER NOT NULL, -- by the tiling policy's cost model
  mismatches INTEGER NOT NULL,
  compute_cycles INTEGER,          -- where the cycles went; null if the executor cannot tell
  dma_wait_cycles INTEGER,
  l3_wait_cycles INTEGER,
  overhead_cycles INTEGER,
  dma_bytes INTEGER,               -- moved between L2 and L1
  PRIMARY KEY (point_id, layer)
) STRICT, WITHOUT ROWID;

-- What lies in the L2 arena of a point, and when.
CREATE TABLE l2_buffers (
  point_id INTEGER NOT NULL REFERENCES points ON DELETE CASCADE,
  position INTEGER NOT NULL,
  what TEXT NOT NULL,
  offset INTEGER NOT NULL,         -- bytes from the start of the arena
  bytes INTEGER NOT NULL,
  first_layer INTEGER NOT NULL,
  last_layer INTEGER NOT NULL,
  PRIMARY KEY (point_id, position)
) STRICT, WITHOUT ROWID;

-- Why a point did not end well.
CREATE TABLE failures (
  point_id INTEGER PRIMARY KEY REFERENCES points ON DELETE CASCADE,
  kind TEXT NOT NULL,
  message TEXT NOT NULL,
  log TEXT NOT NULL,
  level TEXT NOT NULL,             -- L1, L2 or L3 if that memory is too small, else empty
  layer TEXT NOT NULL,             -- that does not fit, else empty
  missing_bytes INTEGER NOT NULL,
  reproduce TEXT NOT NULL          -- the command that runs this point alone
) STRICT;

-- Points that were started again because of the machinery: a worker was lost, a disk was full.
CREATE TABLE retries (
  sweep_id INTEGER NOT NULL REFERENCES sweeps,
  point_key TEXT NOT NULL,
  attempt INTEGER NOT NULL,        -- that was lost, from 0
  place TEXT NOT NULL,             -- executor and host of that attempt
  reason TEXT NOT NULL,
  noted_at TEXT NOT NULL
) STRICT;

-- The latest sweep, tidy: one row a point that has ended. Only correct points have a performance.
CREATE VIEW results AS
  SELECT position, model, config, p.point_key, l1_bytes, l2_bytes, l3_bytes, cores, clock_hertz, tiling, heuristics, toolchain,
    requantization, p.executor, p.chip, status, kind, message,
    CASE status WHEN 'CORRECT' THEN cycles END AS cycles,
    CASE status WHEN 'CORRECT' THEN macs END AS macs,
    CASE status WHEN 'CORRECT' THEN CAST(macs AS REAL) / cycles END AS mac_per_cycle,
    CASE status WHEN 'CORRECT' THEN 1e3 * cycles / clock_hertz END AS milliseconds,
    CASE status WHEN 'CORRECT' THEN cycles * picojoules_per_cycle * 1e-9 END AS millijoules,
    mismatches, level, layer, missing_bytes, reproduce, baseline_key, p.run_key, reused, p.host, p.host_seconds, p.finished_at
  FROM sweep_points s JOIN points p USING (point_key) LEFT JOIN runs r USING (run_key) LEFT JOIN failures USING (point_id)
  WHERE sweep_id = (SELECT max(sweep_id) FROM sweeps);

-- The layers of the correct points of the latest sweep, tidy: one row a layer.
CREATE VIEW layer_results AS
  SELECT position, model, config, p.point_key, p.l1_bytes AS chip_l1_bytes, p.l2_bytes AS chip_l2_bytes, cores, tiling, heuristics,
    l.layer, l.name, l.type, l.cycles, l.macs, CAST(l.macs AS REAL) / max(1, l.cycles) AS mac_per_cycle, l.tile, l.tiles,
    l.l1_bytes, l.l3_bytes, l.predicted_cycles
  FROM sweep_points s JOIN points p USING (point_key) JOIN layers l USING (point_id)
  WHERE status = 'CORRECT' AND sweep_id = (SELECT max(sweep_id) FROM sweeps);

-- The points of the latest sweep that no other of their model beats in both cycles and bytes of L1 and L2.
CREATE VIEW front AS
  SELECT * FROM results r WHERE status = 'CORRECT' AND NOT EXISTS (
    SELECT 1 FROM results o WHERE o.model = r.model AND o.status = 'CORRECT'
      AND o.cycles <= r.cycles AND o.l1_bytes + o.l2_bytes <= r.l1_bytes + r.l2_bytes
      AND (o.cycles < r.cycles OR o.l1_bytes + o.l2_bytes < r.l1_bytes + r.l2_bytes))
  ORDER BY model, cycles;
