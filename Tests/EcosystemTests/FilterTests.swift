import Ecosystem
import Foundation
import Testing

@Suite("Filters")
struct FilterTests {
  @Test(
    "Accepts the examples of the specification",
    arguments: [
      #"NOT ( chemical_formula_hill = "Al" AND a = "A" OR a = "H2O" AND NOT b = "Ti" )"#,
      #"_exmpl_aax <= +.1e8 OR nelements >= 10 AND NOT ( _exmpl_x != "Some string" OR NOT _a = 7)"#,
      #"chemical_formula_anonymous STARTS "A2" AND chemical_formula_anonymous ENDS WITH "D1""#,
      #"elements:_c HAS "H":6 AND elements:_c HAS ALL "H":6,"He":7 AND elements:_c HAS ONLY "H":6"#,
      #"_exmpl_element_counts HAS < 3 AND _exmpl_element_counts HAS ANY > 3, = 6, 4, != 8"#,
      #"elements:_counts:_weights HAS ANY > 3:"He":>55.3 , = 6:>"Ti":<37.6 , 8:<"Ga":0"#,
      #"list:list HAS >=2:<=5"#, #"list HAS STARTS WITH "a""#, "5 < 7", "a = b", "TRUE = a",
      "((NOT (_exmpl_a>_exmpl_b)) AND _exmpl_x>0)", "calculations.id HAS \"calc-id-96\"",
      "a IS KNOWN AND NOT b IS UNKNOWN", "elements LENGTH >= 3", "  a\t=\n1  ", "NOTa=1ANDb=2",
      "a = 1.e-12 OR a = -.1e-12 OR a = 1000000000.E1000000000 OR a = 1. OR a = +12",
    ])
  func accepts(_ text: String) throws {
    let filter = try OptimadeFilter(parsing: text)
    #expect(try OptimadeFilter(parsing: filter.description) == filter)
  }

  @Test(
    "Refuses with the place and what is expected there",
    arguments: [
      ("", 0, "a property in lower case"), ("a", 1, "an operator"), ("a=", 2, "a value"),
      ("a=1 AND", 7, "a property"), ("(a=1", 4, "a closing parenthesis"), ("a=1)", 3, "AND, OR"),
      ("a==1", 2, "a value"), ("a <> 1", 3, "a value"), ("a => 1", 3, "a value"),
      ("a=1.234D12", 7, "AND, OR or the end"), ("a=.e1", 2, "a value"), ("a=+.E2", 2, "a value"),
      ("a=1 or b=2", 4, "AND, OR or the end"), ("not a=1", 4, "an operator"),
      ("BadLuck=1", 0, "a property in lower case"), ("0_kvak IS KNOWN", 1, "an operator"),
      ("a='x'", 2, "a value"), ("a=\"x", 2, "no closing quotation mark"),
      ("a=\"\\n\"", 3, "is not an escape"), ("a=\"ä\u{1}\"", 4, "control character 1"),
      ("a IS", 4, "KNOWN or UNKNOWN"), ("a LENGTH \"x\"", 9, "whole number"),
      ("a LENGTH 1.5", 9, "whole number"), ("a < TRUE", 2, "no order"),
      ("a HAS < FALSE", 6, "no order"), ("a:b HAS 1", 8, "2 lists in step need 2 values"),
      ("a:b HAS :1", 8, "a value"), ("a:b HAS \"x\":", 12, "a value"), ("a HAS 1:2", 7, "AND, OR"),
      ("a HAS 1,2", 7, "AND, OR"), ("a IN (1,2)", 2, "an operator"),
      ("NOT NOT a=1", 4, "a property"),
      ("a. = 1", 3, "a property"), ("\u{0}", 0, "a property"), ("a=1 -- x", 4, "AND, OR"),
      ("žž=1", 0, "a property in lower case"), ("\"ž\"=ž", 4, "a value"),
    ])
  func refuses(_ text: String, _ offset: Int, _ words: String) {
    let error = #expect(throws: FilterError.self) { try OptimadeFilter(parsing: text) }
    #expect(error?.offset == offset)
    #expect(error.map { "\($0)".contains(words) } == true, "\(String(describing: error))")
  }

  @Test("NOT binds closer than AND, AND closer than OR")
  func precedence() throws {
    let filter = try OptimadeFilter(parsing: #"NOT a > b OR c = 100 AND f = "C2 H6""#)
    let braced = try OptimadeFilter(parsing: #"(NOT (a > b)) OR ( (c = 100) AND (f = "C2 H6") )"#)
    #expect(filter == braced)
    #expect(filter.description == #"NOT a > b OR c = 100 AND f = "C2 H6""#)
    #expect(filter.properties == ["a", "b", "c", "f"])
  }

  @Test("Depth and length are limited, and reached without harm")
  func limits() throws {
    func nested(_ depth: Int) -> String {
      String(repeating: "(", count: depth) + "a=1" + String(repeating: ")", count: depth)
    }
    #expect(try OptimadeFilter(parsing: nested(128)) == OptimadeFilter(parsing: "a=1"))
    let deep = #expect(throws: FilterError.self) { try OptimadeFilter(parsing: nested(129)) }
    #expect(deep?.reason == .tooDeep(limit: 128))
    #expect(throws: FilterError.self) { try OptimadeFilter(parsing: nested(40_000)) }
    let long = (0..<5000).map { "a=\($0)" }.joined(separator: " OR ")
    #expect(try OptimadeFilter(parsing: long).matches(["a": .number(4999)]))
    let error = #expect(throws: FilterError.self) {
      try OptimadeFilter(parsing: long + String(repeating: " ", count: 100_000))
    }
    #expect(error?.reason == .tooLong(limit: 100_000))
  }

  static let subject: [String: FilterValue] = [
    "n": .number(8), "name": .text("GaTi"), "flag": .flag(true), "odd": .object,
    "time": FilterTimestamp("2023-11-14T03:05:06Z").map(FilterValue.timestamp) ?? .object,
    "elements": .list([.text("Ga"), .text("Ti")]), "counts": .list([.number(3), .number(1)]),
    "gaps": .list([.number(1), nil]), "empty": .list([]), "long": .list([.number(1)]),
  ]

  @Test(
    "Evaluates",
    arguments: [
      ("n = 8", true), ("8 <= n", true), ("n > 8", false), ("n != 8", false), ("n < 1e999", true),
      ("n = n", true), ("n = name", false), ("NOT n = name", false), ("5 < 7", true),
      ("missing = 1", false), ("missing != 1", false), ("NOT missing = 1", false),
      ("missing IS UNKNOWN", true), ("NOT missing IS KNOWN", true), ("odd IS KNOWN", true),
      ("missing = 1 OR n = 8", true), ("NOT (missing = 1 AND n = 9)", true),
      ("NOT (missing = 1 OR n = 9)", false), ("missing = missing", false),
      (#"name CONTAINS "aT""#, true), (#"name STARTS "Ga""#, true), (#"name ENDS "Ga""#, false),
      (#"name CONTAINS """#, true), ("n CONTAINS \"8\"", false), (#"name < "Gb""#, true),
      ("flag = TRUE", true), ("flag != FALSE", true), ("FALSE = flag", false),
      ("flag = 1", false), (#"time > "2023-11-14T04:05:05+01:00""#, true),
      (#"time = "2023-11-14T04:05:06.000+01:00""#, true), (#"time = "2023-11-14""#, false),
      (#"NOT time = "2023-11-14""#, false), (#""2024-01-01T00:00:00Z" > time"#, true),
      (#"elements HAS "Ga""#, true), (#"elements HAS ALL "Ga","Ti""#, true),
      (#"elements HAS ALL "Ga","O""#, false), (#"elements HAS ANY "O","Ti""#, true),
      (#"elements HAS ONLY "Ga""#, false), (#"elements HAS ONLY "Ga","Ti","O""#, true),
      (#"empty HAS ONLY "x""#, true), (#"empty HAS "x""#, false), ("empty LENGTH 0", true),
      ("elements LENGTH > 1", true), ("elements LENGTH n", false), ("n LENGTH 1", false),
      (#"name HAS "GaTi""#, false), ("NOT n HAS 8", false), (#"elements HAS STARTS "G""#, true),
      ("counts HAS ALL < 2, > 2", true), ("counts:counts HAS >1:<3", false),
      (#"elements:counts HAS "Ga":3"#, true), (#"elements:counts HAS "Ga":1"#, false),
      (#"elements:counts HAS ALL "Ga":3,"Ti":<2"#, true),
      (#"elements:counts HAS ANY "Ga":1,"Ti":1"#, true),
      (#"elements:counts HAS ONLY "Ga":3"#, false),
      (#"elements:counts HAS ONLY "Ga":3,"Ti":1"#, true),
      (#"elements:long HAS "Ga":1"#, false), ("gaps HAS 1", true), ("gaps HAS ONLY 1", false),
      ("NOT gaps HAS 2", false), (#"elements HAS "GA""#, false),
    ])
  func evaluates(_ text: String, _ expected: Bool) throws {
    #expect(try OptimadeFilter(parsing: text).matches(Self.subject) == expected)
  }

  @Test("Texts are equal when their code points are")
  func comparesCodePoints() throws {
    let composed: [String: FilterValue] = ["name": .text("\u{E9}")]
    #expect(try OptimadeFilter(parsing: "name = \"\u{E9}\"").matches(composed))
    #expect(try !OptimadeFilter(parsing: "name = \"e\u{301}\"").matches(composed))
  }

  @Test(
    "Reads points in time",
    arguments: [
      ("1970-01-01T00:00:00Z", 0), ("2000-02-29T12:00:00+05:30", 951_805_800),
      ("1969-12-31t23:59:59z", -1), ("2016-12-31T23:59:60Z", 1_483_228_800),
      ("0000-03-01T00:00:00Z", -62_162_035_200), ("9999-12-31T23:59:59-00:00", 253_402_300_799),
    ])
  func readsTimestamp(_ text: String, _ seconds: Int) {
    #expect(FilterTimestamp(text)?.seconds == seconds)
  }

  @Test(
    "Refuses what is no point in time",
    arguments: [
      "2023-02-29T00:00:00Z", "2023-11-14", "2023-11-14T03:05Z", "2023-11-14T24:00:00Z",
      "2023-13-01T00:00:00Z", "2023-11-14T03:05:06", "2023-11-14T03:05:06.Z", "", "x",
      "2023-11-14T03:05:06Z ", "1900-02-29T00:00:00Z",
    ])
  func refusesTimestamp(_ text: String) {
    #expect(FilterTimestamp(text) == nil)
  }
}
