import ArgumentParser
import DenseMath
import Ecosystem
import Formats
import Foundation
import Learning
import Matter
import Representations

/// What descriptors of structures can be told on the command line.
struct StructureFeatureOptions: ParsableArguments {
  @Option(help: "How far atoms are looked for, Å (default: the descriptor's own).")
  var cutoff: Double?

  @Option(name: .customLong("n-max"), help: "Radial functions of soap.")
  var nMax = 8

  @Option(name: .customLong("l-max"), help: "Greatest degree of soap.")
  var lMax = 6

  @Option(help: "How soap averages the sites of a structure: outer (the spectra) or inner.")
  var average = "outer"

  @Option(help: "How soap thins out pairs of elements: off, mu2, mu1nu1 or crossover.")
  var compression = "off"

  @Option(help: "What is written of coulomb, sine and ewald: eigenvalues, sorted or full.")
  var form = "eigenvalues"

  @Option(
    name: .customLong("most-sites"),
    help: "Room for so many sites in coulomb, sine and ewald (default: the most there are).")
  var mostSites: Int?

  @Option(help: "The elements to tell apart, as in Na,Cl (default: all there are).")
  var elements: String?

  @Flag(name: .customLong("by-elements"), help: "Let rdf and adf tell elements apart.")
  var byElements = false

  @Flag(name: .customLong("per-site"), help: "Write a row for each site (soap, acsf).")
  var perSite = false

  @Option(help: "The column of structures, or of their names (default: found).")
  var structure: String?

  @Option(help: "A folder or an archive of the structures that a column names.")
  var structures: String?

  /// - Throws: ``CommandError`` for words that are no option.
  func descriptorOptions() throws -> StructureDescriptors.Options {
    var options = StructureDescriptors.Options()
    options.cutoff = cutoff
    options.nMax = nMax
    options.lMax = lMax
    options.average = try choice(average, "--average")
    options.compression = try choice(compression, "--compression")
    options.form = try choice(form, "--form")
    options.byElements = byElements
    options.mostSites = mostSites ?? 0
    options.elements = try (elements ?? "").split(whereSeparator: { ", ".contains($0) }).map {
      guard let element = Element(symbol: String($0)) else {
        throw CommandError("--elements: \"\($0)\" is not an element; write symbols such as Na,Cl.")
      }
      return element
    }
    return options
  }

  private func choice<Choice: RawRepresentable & CaseIterable>(
    _ word: String, _ option: String
  ) throws -> Choice where Choice.RawValue == String {
    guard let choice = Choice(rawValue: word) else {
      let known = Choice.allCases.map(\.rawValue).joined(separator: ", ")
      throw CommandError("\(option) \(word) is not known; there are \(known).")
    }
    return choice
  }
}

/// Writes descriptors of structures.
struct StructureFeatures {
  let names: String
  let files: [String]
  let formula: String?
  let output: String?
  let options: StructureFeatureOptions
  let common: CommonOptions

  /// Whether some of the sets describe structures.
  static func concern(_ names: String) throws -> Bool {
    try parts(names).contains { name in
      if let file = FeatureSets.scriptFile(name) {
        return try ScriptDescription(contentsOf: file).nodes == .atoms
      }
      return StructureDescriptors.names.contains(name)
    }
  }

  private static func parts(_ names: String) -> [String] {
    names.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
  }

  /// Skipped rows that are written out on the terminal.
  private static let shownRows = 10

  func run() throws {
    var rowOptions = MaterialRows.Options()
    (rowOptions.structure, rowOptions.structures) = (options.structure, options.structures)
    rowOptions.formula = options.structure == nil && options.structures == nil ? nil : formula
    let inputs = StructureInputs(files: files, options: rowOptions, threads: common.threads)
    let descriptor = try descriptor(for: inputs)
    let columns = try siteDescriptor(descriptor)?.siteColumns ?? descriptor.columns
    var result = Featurize.Result(
      descriptor: descriptor.name, columnHash: descriptor.columnHash, columns: columns)
    let rows = common.json && output == nil
    if rows { (result.formulas, result.rows) = ([], []) }
    var sink = rows ? nil : try FeatureSink(output, labels: labels, columns: columns)
    var skipped: [SkippedRow] = []
    try forEachRow(of: inputs, descriptor, skipped: &skipped) { row, values in
      result.rowCount += values.count / max(columns.count, 1)
      guard rows else { return try sink?.write(labels: texts(of: row), values) ?? () }
      let width = columns.count
      for start in stride(from: 0, to: values.count, by: width) {
        result.formulas?.append(row.formula)
        result.rows?.append(Array(values[start..<start + width]))
      }
    }
    guard result.rowCount > 0 else { throw Self.nothing(skipped) }
    try sink?.finish()
    (result.file, result.skipped) = (output, skipped)
    if common.json { return try Terminal.printJSON(result) }
    Self.report(skipped)
    if let output { Terminal.log("Wrote \(result.rowCount) rows to \(output).") }
  }

  // MARK: What is written

  private var labels: [String] {
    ["name", "formula"] + (options.perSite ? ["site", "occupants"] : [])
  }

  private func texts(of row: StructureInputs.Row) -> [[String]] {
    guard options.perSite, let structure = row.structure else { return [[row.name, row.formula]] }
    return structure.positions.indices.map { site in
      let occupants = structure.occupants(of: site).map { element, share in
        share == 1 ? element.symbol : "\(element.symbol)\(Terminal.rounded(share))"
      }
      return [row.name, row.formula, "\(site + 1)", occupants.joined(separator: " ")]
    }
  }

  private static func report(_ skipped: [SkippedRow]) {
    guard !skipped.isEmpty else { return }
    Terminal.log("Left out \(skipped.count) rows:")
    for row in skipped.prefix(shownRows) {
      let place = row.line > 0 ? "line \(row.line), " : ""
      Terminal.log("  \(place)\(row.name): \(row.reason)")
    }
    if skipped.count > shownRows {
      Terminal.log("  and \(skipped.count - shownRows) more; --json lists them all.")
    }
  }

  private static func nothing(_ skipped: [SkippedRow]) -> CommandError {
    guard let first = skipped.first else { return CommandError("There is no row of data.") }
    return CommandError(
      "None of the \(skipped.count) rows has a structure that can be described, so nothing was "
        + "written. The first, \(first.name): \(first.reason)")
  }

  // MARK: Rows

  private func forEachRow(
    of inputs: StructureInputs, _ descriptor: any StructureDescriptor,
    skipped: inout [SkippedRow],
    _ body: (StructureInputs.Row, [Double]) throws -> Void
  ) throws {
    let sites = try siteDescriptor(descriptor)
    try inputs.forEachBatch { batch in
      let values =
        try sites.map { sites in
          try parallelMap(batch, threads: common.threads) { Self.siteValues(of: $0, sites) }
        } ?? Self.values(of: batch, descriptor, threads: common.threads)
      for (row, found) in zip(batch, values) {
        switch found {
        case .success(let numbers): try body(row, numbers)
        case .failure(let reason): skipped.append(reason.row)
        }
      }
    }
  }

  private struct Refusal: Error {
    let row: SkippedRow
  }

  private static func siteValues(
    of row: StructureInputs.Row, _ sites: any SiteDescriptor
  ) -> Result<[Double], Refusal> {
    guard let structure = row.structure else { return .failure(refusal(of: row)) }
    return Result { try sites.siteRows(of: structure).elements }.mapError { refusal(of: row, $0) }
  }

  private static func values(
    of rows: [StructureInputs.Row], _ descriptor: any StructureDescriptor, threads: Int
  ) throws -> [Result<[Double], Refusal>] {
    var found = try descriptor.results(of: rows.compactMap(\.structure), threads: threads)
      .makeIterator()
    return rows.map { row in
      guard row.structure != nil, let result = found.next() else {
        return .failure(refusal(of: row))
      }
      return result.mapError { refusal(of: row, $0) }
    }
  }

  private static func refusal(of row: StructureInputs.Row, _ error: any Error) -> Refusal {
    Refusal(row: SkippedRow(line: 0, name: row.name, reason: Terminal.sentence(for: error)))
  }

  private static func refusal(of row: StructureInputs.Row) -> Refusal {
    let unknown = SkippedRow(line: 0, name: row.name, reason: "There is no structure.")
    return Refusal(row: row.skipped ?? unknown)
  }

  // MARK: The descriptor

  private func siteDescriptor(
    _ descriptor: any StructureDescriptor
  ) throws -> (any SiteDescriptor)? {
    guard options.perSite else { return nil }
    guard let sites = descriptor as? any SiteDescriptor else {
      throw CommandError(
        "\(descriptor.name) has no rows of sites; --per-site goes with soap or acsf alone.")
    }
    return sites
  }

  /// Reads the files once before, where the columns depend on what is in them.
  private func descriptor(for inputs: StructureInputs) throws -> any StructureDescriptor {
    let names = Self.parts(names)
    var settings = try options.descriptorOptions()
    let asksElements =
      settings.elements.isEmpty
      && names.contains {
        StructureDescriptors.needsElements($0, byElements: settings.byElements)
      }
    let asksSites =
      options.mostSites == nil && names.contains(where: StructureDescriptors.needsSites)
    if asksElements || asksSites {
      var elements: Set<Element> = []
      var sites = 0
      try inputs.forEachBatch { batch in
        for structure in batch.compactMap(\.structure) {
          elements.formUnion(structure.occupants.map(\.element))
          sites = max(sites, structure.siteCount)
        }
      }
      // A file without structures is refused with the reasons of its rows.
      if asksElements {
        settings.elements = elements.isEmpty ? [Element.all[0]] : elements.sorted()
      }
      if asksSites { settings.mostSites = max(sites, 1) }
    }
    let parts = try names.map { name -> any StructureDescriptor in
      if let found = try StructureDescriptors.named(name, settings) { return found }
      let features = try FeatureSets.features(name)
      if case .script(let script) = features, script.readsCrystals {
        return try script.descriptor()
      }
      return CompositionColumns(try features.descriptor())
    }
    return parts.count == 1 ? parts[0] : JoinedStructureDescriptor(parts)
  }
}
