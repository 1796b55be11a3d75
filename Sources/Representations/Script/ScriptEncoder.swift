import DenseMath
public import Matter
import Torch

/// A network of somebody else's that makes a row of numbers of each structure or composition.
///
/// Structures go in together where the description tells them apart, else one by one; rows then equal
/// each other but for the rounding of sums. Their order and the number of threads do not matter.
public final class ScriptEncoder: Sendable {
  public let description: ScriptDescription

  /// Numbers in a row.
  public let width: Int

  private let module: ScriptModule

  /// Structures, sites and edges that go in together at most.
  private static let (mostStructures, mostSites, mostEdges) = (256, 4096, 200_000)

  /// Widest row.
  private static let mostColumns = 100_000

  /// - Parameters:
  ///   - archive: The bytes of the module's file, whose checksums were looked at.
  ///   - file: The name of the description for errors.
  ///   - width: Of a row, where it is known; else a small crystal tells.
  /// - Throws: ``ScriptError``, ``TorchError`` where libtorch is not there.
  public init(
    _ description: ScriptDescription, archive: [UInt8], file: String, width: Int? = nil
  ) throws {
    if let fault = description.fault {
      throw ScriptError.description(file, problem: fault)
    }
    self.description = description
    do throws(TorchError) {
      module = try ScriptModule(archive: archive, method: description.method)
    } catch {
      guard case .operation(let reason) = error else { throw error }
      throw ScriptError.notAModule(description.module, reason: reason)
    }
    let count = description.takesDictionary ? 1 : description.inputs.count
    guard module.inputCounts.contains(count) else {
      throw ScriptError.description(
        file,
        problem: "the module's \(description.method)(\(module.signature)) takes "
          + "\(module.inputCounts.upperBound) inputs, and the description gives "
          + (description.takesDictionary
            ? "one dictionary (inputs without names go in one by one)" : "\(count)"))
    }
    self.width = try width ?? Self.probed(description, module)
  }

  /// One row for each structure, or why there is none.
  public func results(
    of structures: [AtomicStructure], threads: Int = 1
  ) throws -> [Result<[Double], any Error>] {
    let description = description
    return try results(
      ofPrepared: parallelMap(structures, threads: threads) { structure in
        Result { try ScriptStructure(structure, for: description) }
      }, threads: threads)
  }

  /// The same of compositions, where nodes are elements.
  public func results(
    of compositions: [Composition], threads: Int = 1
  ) throws -> [Result<[Double], any Error>] {
    let description = description
    return try results(
      ofPrepared: compositions.map { composition in
        Result { try ScriptStructure(composition, for: description) }
      }, threads: threads)
  }

  private func results(
    ofPrepared prepared: [Result<ScriptStructure, any Error>], threads: Int
  ) throws -> [Result<[Double], any Error>] {
    let sound = prepared.compactMap { try? $0.get() }
    let rows = try parallelMap(parts(of: sound), threads: threads) { part in
      self.results(of: sound[part])
    }
    var answers = rows.joined().makeIterator()
    return prepared.map { structure in
      switch structure {
      case .failure(let error): .failure(error)
      // There is an answer for each sound structure.
      case .success: answers.next() ?? .failure(ScriptError.notFinite)
      }
    }
  }

  /// What goes in together.
  private func parts(of structures: [ScriptStructure]) -> [Range<Int>] {
    guard description.takesBatches else { return structures.indices.map { $0..<$0 + 1 } }
    var parts: [Range<Int>] = []
    var (start, sites, edges) = (0, 0, 0)
    for (place, structure) in structures.enumerated() {
      let isFull =
        place - start == Self.mostStructures || sites + structure.nodeCount > Self.mostSites
        || edges + structure.centers.count > Self.mostEdges
      if place > start, isFull {
        parts.append(start..<place)
        (start, sites, edges) = (place, 0, 0)
      }
      sites += structure.nodeCount
      edges += structure.centers.count
    }
    if start < structures.count { parts.append(start..<structures.count) }
    return parts
  }

  /// Where several together fail, each goes in alone: the fault is that of one.
  private func results(
    of structures: ArraySlice<ScriptStructure>
  ) -> [Result<[Double], any Error>] {
    do {
      return try rows(of: structures)
    } catch {
      guard structures.count > 1 else { return [.failure(error)] }
      return structures.indices.map { place in
        Result { try rows(of: structures[place...place]) }.flatMap { $0[0] }
      }
    }
  }

  private func rows(
    of structures: ArraySlice<ScriptStructure>
  ) throws -> [Result<[Double], any Error>] {
    let rows = try Self.rows(of: structures, description, module)
    return try rows.map { row in
      guard row.count == width else {
        throw ScriptError.width(row.count, expected: width)
      }
      return row.allSatisfy(\.isFinite) ? .success(row) : .failure(ScriptError.notFinite)
    }
  }

  private static func rows(
    of structures: ArraySlice<ScriptStructure>, _ description: ScriptDescription,
    _ module: ScriptModule
  ) throws -> [[Double]] {
    let batch = ScriptBatch(structures, description)
    let output: Tensor
    do throws(TorchError) {
      output = try module.run(
        batch.tensors(),
        names: description.takesDictionary ? description.inputs.compactMap(\.name) : nil,
        output: description.output, differentiates: description.differentiates)
    } catch {
      throw ScriptError.failed("\(error)")
    }
    return try pooled(output, batch, description)
  }

  // MARK: Pooling

  private static func pooled(
    _ output: Tensor, _ batch: ScriptBatch, _ description: ScriptDescription
  ) throws -> [[Double]] {
    let shape = output.shape
    guard description.pooling != .none else {
      let values = try output.doubles()
      if batch.count == 1, !description.takesBatches || shape.isEmpty, !values.isEmpty {
        return [values]
      }
      guard let first = shape.first, first == batch.count, !values.isEmpty else {
        throw ScriptError.shape(
          shape, expected: "\(batch.count) rows are due, one for each structure")
      }
      let width = values.count / first
      return (0..<first).map { Array(values[$0 * width..<($0 + 1) * width]) }
    }
    guard let first = shape.first, first == batch.nodeCount, output.count > 0 else {
      throw ScriptError.shape(
        shape, expected: "\(batch.nodeCount) rows are due, one for each site, to be pooled")
    }
    let values = try output.doubles()
    return zip(batch.starts, batch.starts.dropFirst()).map { start, end in
      pooled(values, rows: start..<end, width: values.count / first, description.pooling)
    }
  }

  private static func pooled(
    _ values: [Double], rows: Range<Int>, width: Int, _ pooling: ScriptDescription.Pooling
  ) -> [Double] {
    var pooled = Array(values[rows.lowerBound * width..<(rows.lowerBound + 1) * width])
    for row in rows.dropFirst() {
      for column in 0..<width {
        let value = values[row * width + column]
        // A number that is none stays one.
        pooled[column] =
          pooling == .max
          ? (value > pooled[column] || value.isNaN ? value : pooled[column])
          : pooled[column] + value
      }
    }
    guard pooling == .mean else { return pooled }
    return pooled.map { $0 / Double(rows.count) }
  }

  // MARK: The width

  /// Asks the module about a small crystal.
  private static func probed(
    _ description: ScriptDescription, _ module: ScriptModule
  ) throws -> Int {
    let known =
      description.elements.isEmpty ? [Element.all[10], Element.all[16]] : description.elements
    let pair = [known[0], known[min(1, known.count - 1)]]
    let structure: ScriptStructure
    if description.nodes == .elements {
      structure = try ScriptStructure(
        Composition(Dictionary(Set(pair).map { ($0, 1.0) }, uniquingKeysWith: +)), for: description)
    } else {
      let edge = 3.2
      let crystal = try Crystal(
        lattice: Lattice(
          a: SIMD3(edge, 0, 0), b: SIMD3(0, edge, 0), c: SIMD3(0, 0, edge)),
        elements: pair, positions: [.zero, SIMD3(repeating: 0.5)])
      structure = try ScriptStructure(AtomicStructure(crystal), for: description)
    }
    let row = try rows(of: [structure], description, module)[0]
    guard row.count <= mostColumns else {
      throw ScriptError.failed(
        "its answer has \(row.count) numbers, which is no vector of features")
    }
    return row.count
  }
}
