import Foundation

/// What is being done, percent, rate and time left, on one line of an interactive terminal; silent
/// when standard error is piped.
///
/// Safe to advance from several threads.
final class ProgressBar: @unchecked Sendable {  // every access to mutable state holds `lock`
  private let lock = NSLock()
  private let isShown: Bool
  private let start = Date()
  private var label: String
  private var unit: String
  private var total: Int
  private var done = 0
  private var lastDrawn = Date.distantPast

  init(_ label: String, total: Int, unit: String, isShown: Bool = Terminal.isInteractive) {
    self.label = label
    self.total = max(total, 1)
    self.unit = unit
    self.isShown = isShown
    lock.withLock { draw() }
  }

  func advance(by count: Int = 1, label: String? = nil) {
    lock.withLock {
      done = min(done + count, total)
      if let label { self.label = label }
      draw()
    }
  }

  /// Sets how much is done, as a fraction of the whole.
  func set(fraction: Double, label: String? = nil) {
    lock.withLock {
      done = min(max(Int(fraction * Double(total)), 0), total)
      if let label { self.label = label }
      draw()
    }
  }

  /// Clears the line.
  func finish() {
    lock.withLock {
      guard isShown else { return }
      FileHandle.standardError.write(Data("\r\u{1B}[2K".utf8))
    }
  }

  private func draw() {
    guard isShown, Date().timeIntervalSince(lastDrawn) > 0.1 || done == total else { return }
    lastDrawn = Date()
    FileHandle.standardError.write(Data("\r\u{1B}[2K\(line.prefix(Terminal.width - 1))".utf8))
  }

  private var line: String {
    let elapsed = Date().timeIntervalSince(start)
    let fraction = Double(done) / Double(total)
    let filled = Int(fraction * 24)
    let bar = String(repeating: "█", count: filled) + String(repeating: "░", count: 24 - filled)
    let rate = elapsed > 0 ? Double(done) / elapsed : 0
    let left =
      rate > 0 ? Self.duration(Double(total - done) / rate) : "–"
    let percent = Int((fraction * 100).rounded(.down))
    return "\(label) \(bar) \(percent) %  \(Self.rounded(rate)) \(unit)/s  \(left) left"
  }

  static func duration(_ seconds: Double) -> String {
    let whole = Int(seconds.rounded(.up))
    return whole < 60
      ? "\(whole) s" : whole < 3600 ? "\(whole / 60) min \(whole % 60) s" : "\(whole / 3600) h"
  }

  private static func rounded(_ rate: Double) -> String {
    rate >= 10 ? "\(Int(rate.rounded()))" : String(format: "%.2g", rate)
  }
}
