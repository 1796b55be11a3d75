import Design
import Ecosystem
import Foundation
public import Learning
import Matter

/// Models of what a campaign measured, trained anew on its ledger: equal ledgers give equal models.
public struct CampaignModels: Sendable {
  public struct Entry: Sendable {
    public let property: String
    public let model: Model
    public let outcome: TrainingOutcome
  }

  /// One for each objective and limit that can be learned, in the order of the plan.
  public private(set) var entries: [Entry] = []

  /// Why there is none of a property, in sentences.
  public private(set) var notes: [String] = []

  /// - Parameters:
  ///   - campaign: Its provenance names the surrogate.
  ///   - threads: Changes no result.
  /// - Throws: ``CampaignError`` where the ledger does not say what kind the models are.
  public init(_ campaign: Campaign, codeVersion: String, threads: Int = 1) throws {
    guard let text = campaign.creation.provenance["surrogate"],
      let recipe = try? JSONDecoder().decode(SurrogateRecipe.self, from: Data(text.utf8))
    else {
      notes = ["The ledger does not say what kind its models are."]
      return
    }
    let pipeline = TrainingPipeline(threads: threads)
    for expression in campaign.plan.modeled {
      let property = expression.description
      do {
        let dataset = try Self.dataset(expression, of: campaign)
        let outcome = try pipeline.run(
          candidates: dataset.candidates, targets: dataset.targets, groups: dataset.groups,
          trainer: recipe.trainer(threads: threads), seed: campaign.plan.seed)
        guard let surrogate = outcome.surrogate as? any StorableSurrogate else {
          notes.append("\(property): a model of this kind cannot be stored.")
          continue
        }
        let card = ModelCard(
          dataset: dataset, formulaColumn: "formula", surrogate: recipe.kind.rawValue,
          settings: text, seed: campaign.plan.seed, versions: ["athanor": codeVersion],
          quality: outcome.quality)
        entries.append(
          Entry(
            property: property,
            model: Model(
              surrogate: surrogate, calibration: outcome.calibration, card: card,
              training: TrainingRows(dataset, threads: threads)), outcome: outcome))
      } catch {
        notes.append("\(property): \(error)")
      }
    }
  }

  /// The rows that the campaign's own models learn from.
  private static func dataset(
    _ expression: PropertyExpression, of campaign: Campaign
  ) throws -> Dataset {
    let data = campaign.trainingData(expression, campaign.proposals.indices)
    let rows = data.candidates.indices.map { place in
      Dataset.Row(
        identifier: "row \(place + 1)", candidate: data.candidates[place],
        target: data.targets[place])
    }
    return try Dataset(
      source: campaign.plan.name, rows: rows, targetName: expression.description,
      unit: expression.denominator == nil ? campaign.knownUnits[expression.numerator] : nil,
      variableNames: campaign.plan.variableNames ?? [])
  }
}
