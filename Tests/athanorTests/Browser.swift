import Foundation

/// A Chromium without a window, driven over its pipe (Chrome DevTools Protocol).
final class Browser {
  static let program = "/usr/bin/chromium"

  static var isThere: Bool { FileManager.default.isExecutableFile(atPath: program) }

  private let process = Process()
  private let folder: TemporaryFolder
  private let input: Int32
  private let output: Int32
  private var received: [UInt8] = []
  private var number = 0
  private var session: String?

  /// Errors of the programs of pages.
  private(set) var errors: [String] = []

  enum Fault: Error {
    case silent
    case refused(String)
    case never(String)
  }

  init() throws {
    folder = try TemporaryFolder()
    let (toBrowser, fromBrowser) = (folder.url.path + "/in", folder.url.path + "/out")
    guard mkfifo(toBrowser, 0o600) == 0, mkfifo(fromBrowser, 0o600) == 0 else { throw Fault.silent }
    // Open both ways, so that nobody waits for the other side.
    input = open(toBrowser, O_RDWR | O_CLOEXEC)
    output = open(fromBrowser, O_RDWR | O_CLOEXEC)
    process.executableURL = URL(fileURLWithPath: "/bin/bash")
    process.arguments = [
      "-c",
      "exec \"$1\" --headless --no-sandbox --disable-gpu --hide-scrollbars --remote-debugging-pipe "
        + "--user-data-dir=\"$2\" about:blank 3<\"$3\" 4>\"$4\"",
      "browser", Self.program, folder.url.path + "/profile", toBrowser, fromBrowser,
    ]
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try process.run()
    let target = try ask("Target.createTarget", ["url": "about:blank"])["targetId"] as? String
    session =
      try ask("Target.attachToTarget", ["targetId": target ?? "", "flatten": true])["sessionId"]
      as? String
    _ = try ask("Runtime.enable")
  }

  deinit {
    process.terminate()
    process.waitUntilExit()
    close(input)
    close(output)
    // Processes that it has started write there a little longer.
    for _ in 0..<100 where FileManager.default.fileExists(atPath: folder.url.path) {
      try? FileManager.default.removeItem(at: folder.url)
      usleep(20_000)
    }
  }

  /// Opens a page as a screen of this width shows it.
  func visit(_ address: String, width: Int, isDark: Bool = false) throws {
    _ = try ask(
      "Emulation.setDeviceMetricsOverride",
      ["width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 600])
    _ = try ask(
      "Emulation.setEmulatedMedia",
      ["features": [["name": "prefers-color-scheme", "value": isDark ? "dark" : "light"]]])
    // By way of an empty page, so that a change of the part behind # loads it anew as well.
    _ = try ask("Page.navigate", ["url": "about:blank"])
    _ = try ask("Page.navigate", ["url": address])
  }

  /// The value of an expression on the page.
  @discardableResult
  func value(_ expression: String) throws -> Any? {
    let answer = try ask(
      "Runtime.evaluate",
      ["expression": expression, "returnByValue": true, "awaitPromise": true])
    if let fault = answer["exceptionDetails"] { throw Fault.refused("\(expression): \(fault)") }
    return (answer["result"] as? [String: Any])?["value"]
  }

  /// Waits until an expression is true.
  func wait(_ expression: String, seconds: Double = 15) throws {
    let end = Date(timeIntervalSinceNow: seconds)
    while Date() < end {
      if try value("Boolean(\(expression))") as? Bool == true { return }
      usleep(20_000)
    }
    let text = try value("document.body.innerText") as? String ?? ""
    throw Fault.never("\(expression) on: \(text.prefix(600))")
  }

  /// Presses a key on what has the focus.
  func press(_ key: String) throws {
    for kind in ["keyDown", "keyUp"] {
      _ = try ask("Input.dispatchKeyEvent", ["type": kind, "key": key, "code": key])
    }
  }

  private func ask(_ method: String, _ given: [String: Any] = [:]) throws -> [String: Any] {
    number += 1
    var message: [String: Any] = ["id": number, "method": method, "params": given]
    if let session { message["sessionId"] = session }
    let bytes = Array(try JSONSerialization.data(withJSONObject: message)) + [0]
    guard bytes.withUnsafeBytes({ write(input, $0.baseAddress, $0.count) }) == bytes.count else {
      throw Fault.silent
    }
    while true {
      let answer = try next()
      if answer["method"] as? String == "Runtime.exceptionThrown" {
        errors.append("\(answer["params"] ?? "")")
      }
      guard answer["id"] as? Int == number else { continue }
      if let error = answer["error"] { throw Fault.refused("\(method): \(error)") }
      return answer["result"] as? [String: Any] ?? [:]
    }
  }

  private func next() throws -> [String: Any] {
    var block = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      if let end = received.firstIndex(of: 0) {
        let message = Data(received[..<end])
        received.removeSubrange(...end)
        return try JSONSerialization.jsonObject(with: message) as? [String: Any] ?? [:]
      }
      var waiting = pollfd(fd: output, events: Int16(POLLIN), revents: 0)
      guard poll(&waiting, 1, 30_000) == 1 else { throw Fault.silent }
      let count = read(output, &block, block.count)
      guard count > 0 else { throw Fault.silent }
      received.append(contentsOf: block[..<count])
    }
  }
}
