import Foundation
import TestKit
import Testing

@Suite(
  "The dashboard in a browser", .serialized,
  .enabled(if: Browser.isThere, "chromium is not installed: Scripts/setup.sh browser"))
struct DashboardTests {
  /// Writes into a field as a person would.
  private func fill(_ browser: Browser, _ field: String, _ text: String) throws {
    try browser.value(
      "{ const field = document.querySelector('\(field)'); field.value = '\(text)'; "
        + "field.dispatchEvent(new Event('input', {bubbles: true})); "
        + "field.dispatchEvent(new Event('change', {bubbles: true})); 0 }")
  }

  @Test("finds a material, and turns its structure by keys")
  func materials() throws {
    let laboratory = try ServedLaboratory()
    let browser = try Browser()
    try browser.visit("http://127.0.0.1:\(laboratory.port)/#/materials", width: 1200)
    try browser.wait("document.querySelectorAll('tbody tr').length >= 25")
    try fill(browser, "#query", "nsites = 6")
    try browser.value("document.querySelector('form.search').requestSubmit()")
    try browser.wait("document.querySelectorAll('[href^=\"#/record/\"]').length === 1")
    try browser.value("document.querySelector('[href^=\"#/record/\"]').click()")
    try browser.wait("document.querySelector('canvas.structure')?.width > 300")
    #expect(
      try browser.value("document.querySelector('.legend.atoms').innerText") as? String
        == "O Oxygen\nTi Titanium")
    #expect(
      (try browser.value("document.querySelector('.facts').innerText") as? String)?
        .contains("P4_2/mnm (no. 136)") == true)
    let picture = "document.querySelector('canvas.structure').toDataURL()"
    let before = try browser.value(picture) as? String
    try browser.value("document.querySelector('canvas.structure').focus()")
    try browser.press("ArrowRight")
    let after = try browser.value(picture) as? String
    #expect(before != nil && before != after)
    try browser.value("document.querySelector('[aria-label=\"As at first\"]').click()")
    #expect(try browser.value(picture) as? String == before)
    let turned =
      try browser.value(
        "(canvas => { canvas.dispatchEvent(new PointerEvent('pointerdown', {pointerId: 1, clientX: 0, clientY: 0})); canvas.dispatchEvent(new PointerEvent('pointermove', {pointerId: 1, clientX: 40, clientY: 9})); canvas.dispatchEvent(new PointerEvent('pointerup', {pointerId: 1})); return canvas.toDataURL(); })(document.querySelector('canvas.structure'))"
      ) as? String
    #expect(turned != nil && turned != before && turned != after)
    try browser.visit("http://127.0.0.1:\(laboratory.port)/#/materials/gap%20%3E/0", width: 1200)
    try browser.wait("document.querySelector('#view .notice')?.innerText.includes('offset')")
    #expect(browser.errors == [])
  }

  @Test("asks a model about formulas, and says why")
  func predictions() throws {
    let laboratory = try ServedLaboratory()
    let browser = try Browser()
    try browser.visit("http://127.0.0.1:\(laboratory.port)/#/model/gap", width: 1200)
    try browser.wait(
      "document.querySelector('#predict') && document.querySelectorAll('.plot svg').length >= 2")
    try fill(browser, "#formulas", "ZnO3\\nXq")
    try browser.value("document.querySelector('#predict').requestSubmit()")
    try browser.wait("document.querySelectorAll('#predict + div tbody tr').length === 2")
    let rows = try browser.value("document.querySelector('#predict + div').innerText") as? String
    #expect(rows?.contains("is not an element") == true)
    try browser.value("document.querySelector('#predict + div button').click()")
    try browser.wait("document.querySelectorAll('.bars .amount').length >= 2")
    #expect(browser.errors == [])
  }

  @Test("takes an experiment, measures it and shows the result")
  func bench() throws {
    let laboratory = try ServedLaboratory()
    let browser = try Browser()
    let address = "http://127.0.0.1:\(laboratory.port)/"
    try browser.visit(address + "#/c/r/bench", width: 390)
    try browser.wait(
      "[...document.querySelectorAll('button')].some(one => one.innerText.startsWith('Take'))")
    try fill(browser, "#name", "ann")
    try browser.value(
      "[...document.querySelectorAll('button')].find(one => one.innerText.startsWith('Take')).click()"
    )
    try browser.wait("document.querySelector('[data-property]')")
    try fill(browser, "[data-property]", "1.5")
    try fill(browser, "[data-spread]", "0.1")
    try browser.value("document.querySelector('[data-property]').form.requestSubmit()")
    try browser.wait("document.querySelector('#message').innerText.includes('is recorded')")
    try browser.visit(address + "#/c/r/e/1", width: 390)
    try browser.wait("document.querySelector('.state.measured')")
    #expect(
      (try browser.value("document.querySelector('#view').innerText") as? String)?
        .contains("1.5 ± 0.1") == true)
    #expect(browser.errors == [])
  }

  @Test("fits a phone and a desk, has a name for everything, and a light and a dark look")
  func everyPage() throws {
    let laboratory = try ServedLaboratory()
    let robot = SimulatedRobot(
      port: laboratory.port, campaign: "r", name: "robot", property: "strength", unit: "GPa")
    _ = robot.run(until: Date(timeIntervalSinceNow: 1), measure: ServeTests.strength)
    let browser = try Browser()
    let key = try KeepAliveClient(laboratory.port).ask("GET", "/v1/records?name=m0-2").answer
    let record = (key.json["records"] as? [[String: Any]])?.first?["key"] as? String ?? ""
    let pages = [
      "": "article", "c/r": ".plot svg", "c/r/e/1": "h1", "c/r/bench": "h1", "materials": "table",
      "record/\(record)": ".plot svg", "dataset/1": "h1", "models": "article",
      "model/gap": ".plot svg",
    ]
    for (page, mark) in pages.sorted(by: { $0.key < $1.key }) {
      var looks: Set<String> = []
      for (width, isDark) in [(390, false), (1200, true)] {
        try browser.visit(
          "http://127.0.0.1:\(laboratory.port)/#/\(page)", width: width, isDark: isDark)
        try browser.wait("document.querySelector('#view \(mark)')")
        let wide = try browser.value("document.documentElement.scrollWidth") as? Int ?? 0
        #expect(wide <= width, "\(page) is \(wide) wide")
        let nameless =
          try browser.value(
            """
            [...document.querySelectorAll('input, select, textarea, canvas, button, a, svg[role=img]')]
              .filter(one => !(one.innerText || one.labels?.length || one.getAttribute('aria-label')
                || one.getAttribute('title'))).map(one => one.outerHTML.slice(0, 80))
            """) as? [String]
        #expect(nameless == [], "\(page)")
        #expect(try browser.value("document.querySelectorAll('h1').length") as? Int == 1)
        looks.insert(
          try browser.value("getComputedStyle(document.body).backgroundColor") as? String ?? "")
      }
      #expect(looks.count == 2, "\(page) looks the same in the dark")
    }
    #expect(browser.errors == [])
  }
}
