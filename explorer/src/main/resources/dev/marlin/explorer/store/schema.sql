-- The results of sweeps, version 1. Sizes are bytes, times are seconds unless the name says otherwise, clocks are hertz.
-- A statement ends with a semicolon at the end of a line.

CREATE TABLE sweeps (
  sweep_id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  description TEXT NOT NULL,
  yaml TEXT NOT NULL,              -- the file as it was read
  marlin_version TEXT NOT NULL,
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
  PRIMARY KEY (sweep_id, position)
) STRICT, WITHOUT ROWID;

-- What came of a design point. A row is written when the point has ended, whole or not at all.
CREATE TABLE points (
  point_id INTEGER PRIMARY KEY,
  point_key TEXT NOT NULL UNIQUE,
  model_location TEXT NOT NULL,
  model_hash TEXT NOT NULL,
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
  status TEXT NOT NULL CHECK (status IN ('CORRECT', 'WRONG', 'FAILED', 'INFEASIBLE')),
  run_key TEXT REFERENCES runs,    -- null unless the point came to a run
  picojoules_per_cycle REAL,       -- of the operating point; null if none has the clock
  reused INTEGER NOT NULL,         -- 1: the execution was made for another point
  host TEXT NOT NULL,
  host_seconds REAL NOT NULL,      -- deploy, build, run and check
  finished_at TEXT NOT NULL
) STRICT;

-- One execution of a program: points with the same program, L3 image and chip share it.
CREATE TABLE runs (
  run_key TEXT PRIMARY KEY,
  executor TEXT NOT NULL,
  chip TEXT NOT NULL,
  compiler TEXT NOT NULL,          -- name and version
  program_hash TEXT NOT NULL,
  image_hash TEXT NOT NULL,
  cycles INTEGER NOT NULL,
  macs INTEGER NOT NULL,
  instructions INTEGER NOT NULL,   -- of all cores; 0 if the executor does not count them
  mismatches INTEGER NOT NULL,     -- output elements that differ from the reference
  first_mismatch TEXT NOT NULL
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
  predicted_cycles INTEGER NOT NULL,
  mismatches INTEGER NOT NULL,
  PRIMARY KEY (point_id, layer)
) STRICT, WITHOUT ROWID;

-- Why a point did not end well.
CREATE TABLE failures (
  point_id INTEGER PRIMARY KEY REFERENCES points ON DELETE CASCADE,
  kind TEXT NOT NULL,
  message TEXT NOT NULL,
  log TEXT NOT NULL,
  level TEXT NOT NULL,             -- L1, L2 or L3 if that memory is too small, else empty
  layer TEXT NOT NULL,             -- that does not fit, else empty
  missing_bytes INTEGER NOT NULL
) STRICT;
