/// The pairing of rows with columns whose costs have the smallest sum.
///
/// The Hungarian method with potentials, O(n³) (Kuhn, Nav. Res. Logist. Q. 2, 83 (1955); in the form
/// of Jonker and Volgenant, Computing 38, 325 (1987)).
///
/// - Parameters:
///   - costs: Row by row, `[rows × rows]`; finite.
///   - count: Rows, and columns.
/// - Returns: The column of each row.
func assignment(_ costs: [Double], count: Int) -> [Int] {
  var rowPotential = [Double](repeating: 0, count: count + 1)
  var columnPotential = rowPotential
  // Rows and columns count from 1; column 0 holds the row that is being placed.
  var rowOf = [Int](repeating: 0, count: count + 1)
  var previous = rowOf
  for row in stride(from: 1, through: count, by: 1) {
    rowOf[0] = row
    var column = 0
    var slack = [Double](repeating: .infinity, count: count + 1)
    var isUsed = [Bool](repeating: false, count: count + 1)
    repeat {
      isUsed[column] = true
      let current = rowOf[column]
      var delta = Double.infinity
      var next = 0
      for other in 1...count where !isUsed[other] {
        let reduced =
          costs[(current - 1) * count + other - 1] - rowPotential[current] - columnPotential[other]
        if reduced < slack[other] {
          slack[other] = reduced
          previous[other] = column
        }
        if slack[other] < delta {
          delta = slack[other]
          next = other
        }
      }
      for other in 0...count {
        if isUsed[other] {
          rowPotential[rowOf[other]] += delta
          columnPotential[other] -= delta
        } else {
          slack[other] -= delta
        }
      }
      column = next
    } while rowOf[column] != 0
    while column != 0 {
      rowOf[column] = rowOf[previous[column]]
      column = previous[column]
    }
  }
  var columns = [Int](repeating: 0, count: count)
  for column in stride(from: 1, through: count, by: 1) { columns[rowOf[column] - 1] = column - 1 }
  return columns
}
