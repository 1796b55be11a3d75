import Discovery
import Ecosystem
import Formats
import Foundation
import Learning
import Matter
import Reporting

extension FileCard {
  /// A few lines for a person; a refusal goes to standard error.
  func print() {
    if let error { return Terminal.log("athanor: \(Self.line(error, file))") }
    for line in lines { Swift.print(line) }
    for notice in notices {
      Swift.print("  note\(notice.line.map { ", line \($0)" } ?? ""): \(notice.message)")
    }
  }

  fileprivate var lines: [String] {
    if let structure { return structure.lines(file, format) }
    if let spectra {
      return ["\(file): \(spectra.count) \(spectra.count == 1 ? "spectrum" : "spectra")"]
        + spectra.map(\.line)
    }
    if let image { return ["\(file): \(image.line)"] }
    if let array { return ["\(file): \(array.line)"] }
    if let archive {
      let kind = format == "npz" ? "arrays of NumPy in " : "a zip archive of "
      let more = archive.count > 20 ? ["  and \(archive.count - 20) more"] : []
      return ["\(file): \(kind)\(DataText.count(archive.count, "file"))"]
        + archive.prefix(20).map { "  \($0.line)" } + more
    }
    if let table { return table.lines(file) }
    if let store {
      return [
        "\(file): a store of \(DataText.count(store.records, "record")) from "
          + "\(DataText.count(store.runs, "import"))",
        "  Properties: \(store.properties.joined(separator: ", "))",
      ]
    }
    return otherLines
  }

  private var otherLines: [String] {
    if let model {
      let unit = model.unit.map { " \($0)" } ?? ""
      var lines = [
        "\(file): a model of \(model.target)",
        "  \(model.surrogate), \(model.rows) rows of \(model.source), seed \(model.seed)",
      ]
      lines += FigureTable.lines(
        model.quality.regression, baseline: model.quality.baseline, unit: unit)
      if let fidelities = model.fidelities {
        lines += FidelityTable.lines(fidelities, unit: model.learnedUnit).map { "  \($0)" }
      }
      lines.append("  Elements: \(model.elements.map(\.symbol).joined(separator: " "))")
      if !model.variableNames.isEmpty {
        lines.append("  Variables: \(model.variableNames.joined(separator: ", "))")
      }
      return lines
    }
    if let pretraining {
      return ["\(file): \(pretraining.title)"] + pretraining.lines.map { "  \($0)" }
    }
    if let campaign {
      return [
        "\(file): the recipe of \"\(campaign.name)\"",
        "  \(Self.aims(campaign.objectives)), "
          + "\(campaign.initial) + \(campaign.budget - campaign.initial) measurements, "
          + "\(campaign.acquisition.kind.rawValue)",
      ]
    }
    return ledger?.lines(file) ?? []
  }

  /// What a recipe wants, such as "maximize strength, minimize density".
  private static func aims(_ objectives: [Objective]) -> String {
    objectives.map { objective in
      objective.goal.map { "\(objective.expression) near \(Report.number($0))" }
        ?? "\(objective.direction.rawValue) \(objective.expression)"
    }.joined(separator: ", ")
  }

  fileprivate static func line(_ error: Refusal, _ file: String) -> String {
    // Errors of other kinds name the file themselves.
    guard let line = error.line else {
      let namesFile = error.message.hasPrefix(file) || error.message.contains(" \(file): ")
      return namesFile ? error.message : "\(file): \(error.message)"
    }
    return "\(file):\(line)\(error.column.map { ":\($0)" } ?? ""): \(error.message)"
  }
}

extension StructureCard {
  func lines(_ file: String, _ format: String) -> [String] {
    let which = structures > 1 ? ", the first of \(structures) structures" : ""
    var lines = [
      "\(file): \(reducedFormula)\(disordered ? ", disordered" : ""), \(DataText.count(sites, "site")) "
        + "(\(formula)), \(format)\(which)"
    ]
    if let lattice, let volume {
      let density = density.map { "\(Report.number($0, significant: 4)) g/cm³" } ?? "not finite"
      lines.append(
        "  a \(Self.length(lattice.a)), b \(Self.length(lattice.b)), c \(Self.length(lattice.c)) Å; "
          + "α \(Self.angle(lattice.alpha)), β \(Self.angle(lattice.beta)), "
          + "γ \(Self.angle(lattice.gamma))°")
      lines.append(
        "  volume \(Report.number(volume, significant: 6)) Å³, density \(density)")
    }
    if let spaceGroup {
      let differs = declaredSpaceGroup.map { $0 != spaceGroup.number } ?? false
      let declared = differs ? "; the file states \(declaredSpaceGroup ?? 0)" : ""
      lines.append("  space group \(spaceGroup.symbol) (\(spaceGroup.number))\(declared)")
    } else if let symmetryNote {
      lines.append("  space group: \(symmetryNote)")
    }
    return lines
  }

  private static func length(_ value: Double) -> String {
    String(format: value < 1e-3 ? "%.3g" : "%.4f", value)
  }
  private static func angle(_ value: Double) -> String { String(format: "%.3f", value) }
}

extension SpectrumCard {
  var line: String {
    let unit = unit.map { " \($0)" } ?? ""
    let title = name.map { "\($0): " } ?? ""
    let wave = wavelength.map { ", λ \($0) Å" } ?? ""
    return "  \(title)\(points) points, \(quantity) \(Report.number(from, significant: 5)) to "
      + "\(Report.number(to, significant: 5))\(unit), highest at "
      + "\(Report.number(highestAt, significant: 5))\(unit)\(wave)"
  }
}

extension ImageCard {
  var line: String {
    let kind = channels >= 3 ? "color" : "gray"
    let more = pages > 1 ? ", the first of \(pages) pictures" : ""
    return "\(width) × \(height) pixels, \(kind), \(bits) bits, \(darkest) to \(brightest)\(more)"
  }
}

extension FileCard.ArchiveEntry {
  /// In one line, the first of what it holds.
  var line: String {
    let size = "\(size) bytes"
    guard let content else { return "\(name), \(size)" }
    if let error = content.error { return "\(FileCard.line(error, name)) (\(size))" }
    return "\(content.lines.first ?? name); \(size)"
  }
}

extension NPYSummary {
  var line: String {
    let size = shape.isEmpty ? "one value" : shape.map(String.init).joined(separator: " × ")
    var text = "an array of \(size), \(type)"
    if let minimum, let maximum {
      text += ", \(Report.number(minimum)) to \(Report.number(maximum))"
    }
    if notANumber > 0 { text += ", \(notANumber) not a number" }
    if infinite > 0 { text += ", \(infinite) infinite" }
    return text
  }
}

extension LedgerCard {
  func lines(_ file: String) -> [String] {
    var lines = [
      "\(file): the ledger of \"\(name)\", whole",
      "  \(measurements) \(costLimit == nil ? "of \(budget) " : "")measurements, \(events) events",
    ]
    if let rehearsal { lines.append("  \(rehearsal)") }
    if let cost, let costLimit {
      lines.append("  Cost \(Report.number(cost)) of \(Report.number(costLimit))")
    }
    lines += (fidelities ?? []).map { "    \($0.text)" }
    if let lastFailure { lines.append("  \(failed) failed, the last because: \(lastFailure)") }
    if let best { lines.append("  Best so far: \(Report.number(best))") }
    if let paretoSet, let hypervolume {
      lines.append(
        "  \(DataText.count(paretoSet.count, "material")) of which none is better in every respect, "
          + "hypervolume \(Report.number(hypervolume)):")
      lines += paretoSet.map { member in
        let values = member.objectives.map { Report.number($0) }.joined(separator: "  ")
        return "    \(values)  \(member.formula)  (no. \(member.number))"
      }
    }
    if let ended { lines.append("  Ended: \(ended)") }
    return lines
  }
}

extension TableProfile {
  func lines(_ file: String) -> [String] {
    let end = formulaColumn == nil ? ["  No column of formulas was found."] : []
    return ["\(file): \(DataText.count(rows, "row")), \(DataText.count(columns.count, "column"))"]
      + columns.map { "  \($0.line)" }
      + end
  }
}

extension TableProfile.Column {
  fileprivate var line: String {
    var text = "\(name): \(kind.rawValue)"
    if let low = minimum, let middle = median, let high = maximum {
      text += ", \(Report.number(low)) to \(Report.number(high)), median \(Report.number(middle))"
    }
    text += estimated == true ? ", about \(distinct) different" : ", \(distinct) different"
    if let elements { text += ", \(elements.count) elements" }
    if missing > 0 { text += ", \(missing) missing" }
    return text
  }
}
