import DenseMath
import Matter
import Testing

@Suite("Space-group settings")
struct SymmetrySettingTests {
  /// Hall symbols are those that gemmi 0.7.5 gives for the same names.
  @Test(
    "Finds settings by Hermann-Mauguin symbols as files write them",
    arguments: [
      ("P 1", "P 1"), ("F m -3 m", "-F 4 2 3"), ("Fm-3m", "-F 4 2 3"), ("F m 3 m", "-F 4 2 3"),
      ("P 1 21/c 1", "-P 2ybc"), ("P21/c", "-P 2ybc"), ("P2_1/c", "-P 2ybc"),
      ("P2(1)/c", "-P 2ybc"), ("P 21/n", "-P 2yn"), ("P 1 2_1/n 1", "-P 2yn"),
      ("P 21/a", "-P 2yab"), ("I 2/a", "-I 2ya"), ("C2/c", "-C 2yc"), ("C 1 2/c 1", "-C 2yc"),
      ("P 1 1 21/b", "-P 2bc"), ("R -3 m", "-R 3 2\""), ("R -3 m :H", "-R 3 2\""),
      ("R -3 m:R", "-P 3* 2"), ("R -3 c R", "-P 3* 2n"), ("R-3mH", "-R 3 2\""),
      ("R 3 c {rhombohedral axes}", "P 3* -2n"), ("H 3 2", "R 3 2\""), ("R 32", "R 3 2\""),
      ("F d -3 m", "F 4d 2 3 -1d"), ("F d -3 m :1", "F 4d 2 3 -1d"),
      ("F d -3 m :2", "-F 4vw 2vw 3"), ("F d -3 m S", "F 4d 2 3 -1d"),
      ("F d -3 m Z", "-F 4vw 2vw 3"), ("I -4 2 d S", "I -4 2bw"), ("P m 3 n", "-P 4n 2 3"),
      ("Cmce", "-C 2bc 2"), ("C m c a", "-C 2bc 2"), ("C c m b", "-C 2bc 2bc"),
      ("B m a b", "-B 2bc 2"), ("A b a 2", "A 2 -2ac"), ("P b n m", "-P 2c 2ab"),
      ("C c c b :2", "-C 2b 2c"), ("P 63/m m c", "-P 6c 2c"), ("p6_3/MMC", "-P 6c 2c"),
      ("P \u{2212}1", "-P 1"), ("P2\u{2081}/c", "-P 2ybc"), ("C -1", "-C 1"),
      ("F 4/m m m", "-F 4 2"),
    ])
  func findsByHermannMauguin(_ symbol: String, _ hall: String) throws {
    #expect(try #require(SpaceGroupSetting(hermannMauguin: symbol)).hallSymbol == hall)
  }

  @Test(
    "Knows no other names",
    arguments: ["", ":", "::", "X", "P 7", "P-43m:1", "F d -3 m :3", "P 1 :H", "{", "R 3 {x}"])
  func refuses(_ symbol: String) {
    #expect(SpaceGroupSetting(hermannMauguin: symbol) == nil)
  }

  @Test("Every symbol of Hall's list expands to the operations of its setting")
  func expandsHallSymbols() throws {
    for setting in SpaceGroupSetting.all {
      // The change of basis behind a symbol makes it another text with the same operations.
      let text = setting.hallSymbol + (setting.hallSymbol.contains("(") ? "" : " (0 0 0)")
      let expanded = try #require(SpaceGroupSetting(hallSymbol: text), "\(text)")
      #expect(Set(expanded.operations) == Set(setting.operations), "\(text)")
      #expect(expanded.number == setting.number)
    }
  }

  @Test("Every setting is found by its own symbols")
  func findsItself() throws {
    for setting in SpaceGroupSetting.all {
      let number = try #require(setting.hallNumber)
      #expect(SpaceGroupSetting(hallNumber: number) == setting)
      let byHall = try #require(SpaceGroupSetting(hallSymbol: setting.hallSymbol))
      #expect(byHall.operations == setting.operations)
      let name = setting.fullSymbol + (setting.choice.isEmpty ? "" : ":" + setting.choice)
      #expect(try #require(SpaceGroupSetting(hermannMauguin: name)) == setting, "\(name)")
      let byCode = try #require(SpaceGroupSetting(number: setting.number, choice: setting.choice))
      #expect(setting.choice.isEmpty || byCode == setting)
      #expect(setting.alternatives.contains(setting))
    }
    #expect(SpaceGroupSetting(hallNumber: 0) == nil)
    #expect(SpaceGroupSetting(hallNumber: 531) == nil)
    #expect(SpaceGroupSetting(number: 231) == nil)
    #expect(SpaceGroupSetting(number: 227, choice: "2")?.hallNumber == 526)
    #expect(SpaceGroupSetting(number: 62, choice: "abc")?.hallNumber == 292)
    #expect(SpaceGroupSetting(number: 48, choice: "1abc")?.hallNumber == 228)
  }

  /// Symbols outside the list; numbers and counts as gemmi 0.7.5 gives them.
  @Test(
    "Expands Hall symbols that are not listed",
    arguments: [
      ("-C 1", 2, 4), ("F -2yuw", 9, 8), ("C 4a 2", 90, 16), ("-A 2 2ab", 64, 16),
      ("I 2ab 2bc 3", 197, 24), ("P 2ac 2ab (1 2 3)", 19, 4), ("P 2yb (z,x,y)", 4, 2),
      ("-P 4 2 (x+1/4,y,z)", 123, 16),
    ])
  func expandsUnlisted(_ symbol: String, _ number: Int, _ count: Int) throws {
    let setting = try #require(SpaceGroupSetting(hallSymbol: symbol))
    #expect(setting.number == number)
    #expect(setting.operations.count == count)
  }

  @Test("Survives mutated symbols")
  func survivesMutations() {
    var rng = SplitMix64(seed: 8)
    let letters = Array("PABCIRSTF-123456xyz'\"*abcnuvwd() ,/+_:{}HR\u{0}é")
    let symbols = ["-P 2ac 2ab (0 0 1)", "F 4d 2 3 -1d", "R -3 m :H", "P 1 21/c 1"]
    for round in 0..<4000 {
      var text = Array(symbols[round % symbols.count])
      for _ in 0...rng.index(below: 3) {
        let place = rng.index(below: text.count)
        if rng.uniform() < 0.5 {
          text[place] = letters[rng.index(below: letters.count)]
        } else {
          text.insert(letters[rng.index(below: letters.count)], at: place)
        }
      }
      for setting in [
        SpaceGroupSetting(hallSymbol: String(text)),
        SpaceGroupSetting(hermannMauguin: String(text)),
      ] {
        guard let setting else { continue }
        #expect((1...230).contains(setting.number))
        #expect((1...192).contains(setting.operations.count))
      }
    }
  }
}
