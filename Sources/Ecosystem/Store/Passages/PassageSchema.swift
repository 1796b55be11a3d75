import GRDB

/// The tables of passages: where in a document a source stands, and which of its measurements was
/// stated where.
enum PassageSchema {
  /// Registers the migration behind those before it.
  static func register(in migrator: inout DatabaseMigrator) {
    migrator.registerMigration("passages", foreignKeyChecks: .immediate) { db in
      try db.execute(sql: tables)
      for table in ["passage", "statement"] {
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
  }

  /// A passage is a blob of the kind `passage` (JSON), shared by the materials it names; a statement
  /// gives the place of a measurement among the mentions of its passage.
  private static let tables = """
    CREATE TABLE passage (
      source INTEGER PRIMARY KEY REFERENCES source (id),
      blob INTEGER NOT NULL REFERENCES blob (id)
    ) STRICT;
    CREATE TABLE statement (
      source INTEGER NOT NULL,
      number INTEGER NOT NULL,
      mention INTEGER NOT NULL,
      confidence REAL NOT NULL,
      PRIMARY KEY (source, number),
      FOREIGN KEY (source, number) REFERENCES measurement (source, number)
    ) STRICT, WITHOUT ROWID;
    """

  /// What the digest of a store takes in of them.
  static let contents = """
    SELECT a.key, r.identity, s.line, s.name, b.hash, t.number, t.mention, t.confidence
    FROM passage p JOIN source s ON s.id = p.source JOIN material a ON a.id = s.material
      JOIN run r ON r.id = s.run JOIN blob b ON b.id = p.blob
      LEFT JOIN statement t ON t.source = s.id
    ORDER BY 1, 2, 3, 4, 5, 6, 7, 8
    """
}
