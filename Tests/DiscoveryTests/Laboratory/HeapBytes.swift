import Foundation

/// What the process has allocated and not freed, by the C library's own account.
///
/// - Returns: Bytes; `nil` where the C library has no `malloc_info`.
func heapBytes() -> Int? {
  typealias Inform = @convention(c) (Int32, UnsafeMutablePointer<FILE>) -> Int32
  guard let symbol = dlsym(UnsafeMutableRawPointer(bitPattern: 0), "malloc_info"),
    let file = tmpfile()
  else { return nil }
  defer { fclose(file) }
  guard unsafeBitCast(symbol, to: Inform.self)(0, file) == 0 else { return nil }
  rewind(file)
  var text: [UInt8] = []
  var chunk = [UInt8](repeating: 0, count: 65_536)
  while case let count = fread(&chunk, 1, chunk.count, file), count > 0 { text += chunk[..<count] }
  // The account of all arenas stands behind those of each.
  let total = String(decoding: text, as: UTF8.self).components(separatedBy: "</heap>").last ?? ""
  func size(_ line: String) -> Int? {
    total.components(separatedBy: "\n").first { $0.contains(line) }
      .flatMap { $0.components(separatedBy: "size=\"").last?.split(separator: "\"").first }
      .flatMap { Int($0) }
  }
  guard let taken = size("<system type=\"current\""), let fast = size("<total type=\"fast\""),
    let rest = size("<total type=\"rest\"")
  else { return nil }
  return taken - fast - rest + (size("<total type=\"mmap\"") ?? 0)
}

/// Computing time of the process on all its threads, seconds.
func processSeconds() -> Double {
  var time = timespec()
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
  return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
}
