import Formats
import Testing

@Suite("CIF grammar")
struct CIFDocumentTests {
  private func read(_ text: String) throws -> CIFDocument {
    try CIF.document(Array(text.utf8), file: "t.cif")
  }

  @Test("Reads items, loops, text fields, quotes and comments")
  func readsItems() throws {
    let document = try read(
      """
      # comment
      data_one
      _a 1.5(2) # more
      _b 'O'Neill's salt'
      _c "say "hi"! "
      _d
      ;first
      second ' line
      ;
      loop_ _x _y
      1 . ? 'b c'
      _e -3
      DATA_two _a ?
      """)
    let block = document.blocks[0]
    #expect(document.blocks.map(\.name) == ["one", "two"])
    #expect(document.blocks.map(\.line) == [2, 13])
    #expect(block.value("_A")?.number == 1.5)
    #expect(block.value("_b")?.text == "O'Neill's salt")
    #expect(block.value("_c")?.text == "say \"hi\"! ")
    #expect(block.value("_d")?.text == "first\nsecond ' line")
    #expect(block.values("_x") == [.text("1"), .unknown])
    #expect(block.values("_y") == [.inapplicable, .text("b c")])
    #expect(block.columns(besides: "_Y") == ["_x", "_y"])
    #expect(block.value("_e")?.number == -3)
    #expect(document.blocks[1].value("_a") == .unknown)
    #expect(block.values("_f") == nil)
    #expect(document.notices.isEmpty)
  }

  @Test("Reads lists, tables and triple quotes of CIF 2.0")
  func readsVersion2() throws {
    let document = try read(
      """
      #\\#CIF_2.0
      data_é
      _list [1 [2 'x y'] {'k':3 "l":[.]}]
      _long '''it's
      ''fine'''''
      _plain ü
      """.replacing("'''''", with: "''' "))
    let block = document.blocks[0]
    #expect(document.isVersion2)
    #expect(block.name == "é")
    #expect(
      block.value("_list")
        == .list([
          .text("1"), .list([.text("2"), .text("x y")]),
          .table([
            .init(key: "k", value: .text("3")), .init(key: "l", value: .list([.inapplicable])),
          ]),
        ]))
    #expect(block.value("_long")?.text == "it's\n''fine")
    #expect(block.value("_plain")?.text == "ü")
  }

  @Test("Reads save frames apart from their block")
  func readsSaveFrames() throws {
    let document = try read("data_d _a 1 save_f _a 2 loop_ _b 3 4 save_ _c 5")
    let block = document.blocks[0]
    #expect(block.names == ["_a", "_c"])
    #expect(block.saveFrames.map(\.name) == ["f"])
    #expect(block.saveFrames[0].value("_a")?.number == 2)
    #expect(block.saveFrames[0].values("_b")?.compactMap(\.number) == [3, 4])
  }

  @Test(
    "Refuses with line and column",
    arguments: [
      ("", 1, 1), ("# only", 1, 1), ("<html>", 1, 1), ("data_x\n_a 'open\n", 2, 4),
      ("data_x\n_t\n;never\nclosed", 3, 1), ("data_x\n_a 1 2", 2, 6), ("data_x\n_a\n_b 1", 2, 1),
      ("data_x\nloop_\n_a _b\n1 2\n3", 5, 1), ("data_x _A 1\n_a 2", 2, 1),
      ("data_x\nloop_ 1", 2, 1),
      ("data_x _a é", 1, 11), ("data_x _a \u{0}", 1, 11), ("data_x _a 'a\u{0}'", 1, 13),
      ("data_x\nsave_f _a 1", 2, 1), ("data_x save_", 1, 8), ("data_x _a $f", 1, 11),
      ("data_x\n_a\n;x\n;y", 4, 2), ("#\\#CIF_2.0\ndata_x _a [1 2", 2, 11),
      ("#\\#CIF_2.0\ndata_x _a [1}", 2, 13),
    ])
  func refuses(_ text: String, _ line: Int, _ column: Int) throws {
    let error = #expect(throws: ReadingError.self) { try read(text) }
    #expect(error?.line == line && error?.column == column, "\(error?.description ?? "")")
  }

  @Test("Bounds the depth of lists")
  func boundsDepth() throws {
    let deep = String(repeating: "[", count: 100_000)
    #expect(throws: ReadingError.self) { try read("#\\#CIF_2.0\ndata_x _a " + deep) }
  }

  @Test("Passes over a large text field in linear time")
  func readsLargeTextFields() throws {
    let field = String(repeating: "; x\r; \n ;'\"", count: 500_000)
    let clock = ContinuousClock()
    let time = clock.measure {
      #expect(throws: ReadingError.self) {
        try read("data_x _a\n;" + field.filter { $0 != "\n" && $0 != "\r" })
      }
    }
    #expect(time < .seconds(5))
  }

  @Test("Finds a repeated name among many")
  func findsRepeatedNames() throws {
    let names = (0..<500).map { "_name_\($0) 1\n" }.joined()
    #expect(try read("data_x\n" + names).blocks[0].names.count == 500)
    #expect(throws: ReadingError.self) { try read("data_x\n" + names + "_NAME_333 1") }
  }
}
