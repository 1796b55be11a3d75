/// The candidate with the smallest edit distance, if it is near enough to be a misspelling.
package func nearest(to word: String, among candidates: [String]) -> String? {
  let ranked = candidates.map { (distance: editDistance(word, $0), word: $0) }
  guard let best = ranked.min(by: { ($0.distance, $0.word) < ($1.distance, $1.word) }) else {
    return nil
  }
  return best.distance <= max(1, min(word.count, 9) / 3) ? best.word : nil
}

/// Insertions, deletions, substitutions and swaps of neighbors that turn one word into the other
/// (optimal string alignment), case ignored; words longer than 64 characters count as far apart.
private func editDistance(_ first: String, _ second: String) -> Int {
  let a = Array(first.lowercased())
  let b = Array(second.lowercased())
  guard a.count <= 64, b.count <= 64 else { return Int.max }
  var beforeLast = [Int](repeating: 0, count: b.count + 1)
  var last = Array(0...b.count)
  for i in a.indices {
    var row = [i + 1]
    for j in b.indices {
      let changed = last[j] + (a[i] == b[j] ? 0 : 1)
      var best = min(changed, last[j + 1] + 1, row[j] + 1)
      if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] {
        best = min(best, beforeLast[j - 1] + 1)
      }
      row.append(best)
    }
    beforeLast = last
    last = row
  }
  return last[b.count]
}
