import GRDB

/// Tables of a store and how each version follows from the one before.
///
/// Facts (materials, blobs, sources, measurements, refusals, withdrawals) are added and never
/// changed: triggers refuse it. Only an import run changes, until it is finished.
enum StoreSchema {
  /// Marks the file as ours in SQLite's header: "AthS" in ASCII.
  static let applicationID = 0x4174_6853

  /// A released migration is never edited: a change is a new one.
  static var migrator: DatabaseMigrator {
    var migrator = DatabaseMigrator()
    migrator.registerMigration("1") { db in
      try db.execute(sql: "PRAGMA application_id = \(applicationID)")
      try db.execute(sql: tables)
      for table in facts {
        for action in ["UPDATE", "DELETE"] {
          try db.execute(
            sql: """
              CREATE TRIGGER \(table)_\(action.lowercased()) BEFORE \(action) ON \(table) BEGIN
                SELECT RAISE(ABORT, 'facts are never changed');
              END
              """)
        }
      }
    }
    migrator.registerMigration("2", foreignKeyChecks: .immediate) { db in
      try db.execute(sql: flagTables)
      for action in ["UPDATE", "DELETE"] {
        try db.execute(
          sql: """
            CREATE TRIGGER flagged_\(action.lowercased()) BEFORE \(action) ON flagged BEGIN
              SELECT RAISE(ABORT, 'facts are never changed');
            END
            """)
      }
    }
    PassageSchema.register(in: &migrator)
    // No table changes: from here on, pages are sealed.
    migrator.registerMigration(StoreSealing.version) { _ in }
    return migrator
  }

  /// Values that are kept and not used, and the files of one import of many.
  ///
  /// Of a part, `identity` and `hash` are those of a file that was read; both are NULL where a file
  /// (an export) names the place in which something was read first.
  private static let flagTables = """
    CREATE TABLE part (
      id INTEGER PRIMARY KEY,
      run INTEGER NOT NULL REFERENCES run (id),
      file TEXT NOT NULL,
      identity BLOB,
      hash BLOB,
      entries INTEGER NOT NULL DEFAULT 0,
      finished INTEGER NOT NULL DEFAULT 0
    ) STRICT;
    CREATE INDEX part_run ON part (run, file);
    CREATE INDEX part_identity ON part (identity);
    CREATE TABLE flagged (
      source INTEGER NOT NULL REFERENCES source (id),
      number INTEGER NOT NULL,
      quantity INTEGER NOT NULL REFERENCES quantity (id),
      text TEXT NOT NULL,
      uncertainty TEXT,
      flags TEXT NOT NULL,
      PRIMARY KEY (source, number)
    ) STRICT, WITHOUT ROWID;
    ALTER TABLE run ADD COLUMN flagged INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE source ADD COLUMN part INTEGER REFERENCES part (id);
    ALTER TABLE refusal ADD COLUMN position INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE refusal ADD COLUMN part INTEGER REFERENCES part (id);
    """

  private static let facts = [
    "material", "blob", "quantity", "source", "measurement", "refusal", "withdrawal",
    "withdrawn_source",
  ]

  /// Times are microseconds since 1970; keys and hashes are SHA-256, 32 bytes.
  private static let tables = """
    CREATE TABLE run (
      id INTEGER PRIMARY KEY,
      identity BLOB NOT NULL,
      file TEXT NOT NULL,
      hash BLOB NOT NULL,
      size INTEGER NOT NULL,
      options TEXT NOT NULL,
      columns TEXT NOT NULL DEFAULT '',
      state TEXT NOT NULL,
      started INTEGER NOT NULL,
      finished INTEGER,
      entries INTEGER NOT NULL DEFAULT 0,
      refused INTEGER NOT NULL DEFAULT 0,
      missing INTEGER NOT NULL DEFAULT 0,
      measurements INTEGER NOT NULL DEFAULT 0,
      materials INTEGER NOT NULL DEFAULT 0
    ) STRICT;
    CREATE INDEX run_identity ON run (identity);
    CREATE TABLE material (
      id INTEGER PRIMARY KEY,
      key BLOB NOT NULL UNIQUE,
      kind INTEGER NOT NULL,
      formula TEXT NOT NULL,
      nelements INTEGER NOT NULL,
      nsites INTEGER,
      elements_low INTEGER NOT NULL,
      elements_high INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE blob (
      id INTEGER PRIMARY KEY,
      hash BLOB NOT NULL UNIQUE,
      kind TEXT NOT NULL,
      bytes BLOB NOT NULL
    ) STRICT;
    CREATE TABLE quantity (
      id INTEGER PRIMARY KEY,
      property TEXT NOT NULL,
      unit TEXT,
      fidelity TEXT
    ) STRICT;
    CREATE TABLE source (
      id INTEGER PRIMARY KEY,
      run INTEGER NOT NULL REFERENCES run (id),
      material INTEGER NOT NULL REFERENCES material (id),
      line INTEGER NOT NULL,
      name TEXT,
      blob INTEGER REFERENCES blob (id)
    ) STRICT;
    CREATE INDEX source_material ON source (material);
    CREATE TABLE measurement (
      source INTEGER NOT NULL REFERENCES source (id),
      number INTEGER NOT NULL,
      quantity INTEGER NOT NULL REFERENCES quantity (id),
      value REAL NOT NULL,
      uncertainty REAL,
      PRIMARY KEY (source, number)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE refusal (
      run INTEGER NOT NULL REFERENCES run (id),
      number INTEGER NOT NULL,
      line INTEGER NOT NULL,
      field TEXT NOT NULL,
      message TEXT NOT NULL,
      PRIMARY KEY (run, number)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE withdrawal (
      id INTEGER PRIMARY KEY,
      time INTEGER NOT NULL,
      reason TEXT NOT NULL,
      run INTEGER REFERENCES run (id)
    ) STRICT;
    CREATE TABLE withdrawn_source (
      source INTEGER PRIMARY KEY REFERENCES source (id),
      withdrawal INTEGER NOT NULL REFERENCES withdrawal (id)
    ) STRICT;
    """

  /// Whether a database holds nothing but, at most, the migrator's empty list.
  static func isUnfinished(_ db: Database) throws -> Bool {
    try EventSchema.isUnfinished(db)
  }
}
