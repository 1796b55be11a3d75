import DenseMath
import Foundation
import Learning
import Matter

/// A ``CellScene`` as SVG, the farthest things first.
struct CellDrawing {
  private let scene: CellScene
  private let picture: CellPicture
  private let view: CellView
  /// Pixels of the drawing per Å.
  private let scale: Double
  private let origin: SIMD2<Double>
  private let size: SIMD2<Double>

  /// Of the drawing, in its own pixels: narrow, so that letters are read on a phone.
  private static let width = 420.0
  private static let margin = 22.0
  private static let mostPixelsPerAngstrom = 58.0
  private static let tallest = 470.0

  init(_ scene: CellScene, _ picture: CellPicture) {
    self.scene = scene
    self.picture = picture
    let view = CellView.clearest(scene)
    self.view = view
    var (low, high) = (SIMD2(repeating: Double.infinity), SIMD2(repeating: -Double.infinity))
    func enclose(_ position: SIMD3<Double>, _ radius: Double) {
      let seen = view.seen(position)
      low = SIMD2(min(low.x, seen.x - radius), min(low.y, seen.y - radius))
      high = SIMD2(max(high.x, seen.x + radius), max(high.y, seen.y + radius))
    }
    for atom in scene.atoms { enclose(atom.position, atom.radius) }
    for edge in scene.edges {
      enclose(edge.0, 0)
      enclose(edge.1, 0)
    }
    let extent = SIMD2(max(high.x - low.x, 1e-9), max(high.y - low.y, 1e-9))
    let room = SIMD2(Self.width, Self.tallest) - SIMD2(repeating: 2 * Self.margin)
    scale = min(room.x / extent.x, room.y / extent.y, Self.mostPixelsPerAngstrom)
    size = SIMD2(Self.width, (extent.y * scale + 2 * Self.margin).rounded(.up))
    origin = SIMD2(
      (Self.width - extent.x * scale) / 2 - low.x * scale, Self.margin + high.y * scale)
  }

  var svg: String {
    var parts: [(depth: Double, order: Int, text: String)] = []
    for (start, end) in scene.edges {
      let (a, b) = (view.seen(start), view.seen(end))
      parts.append((min(a.z, b.z), 0, line(a, b, "class=\"edge\"")))
    }
    for bond in scene.bonds {
      let (a, b) = (view.seen(bond.ends.0), view.seen(bond.ends.1))
      parts.append(((a.z + b.z) / 2, 1, self.bond(bond, a, b)))
    }
    for atom in scene.atoms {
      let seen = view.seen(atom.position)
      parts.append((seen.z, 2, self.atom(atom, seen)))
    }
    let sorted = parts.enumerated().sorted {
      ($0.element.depth, $0.element.order, $0.offset)
        < ($1.element.depth, $1.element.order, $1.offset)
    }
    return """
      <svg viewBox="0 0 \(number(size.x)) \(number(size.y))" role="img" aria-label="\(label)">
      \(sorted.map(\.element.text).joined(separator: "\n"))
      \(axes)
      </svg>
      """
  }

  private var label: String {
    Markup.escaped(
      "The cell of \(picture.crystal.composition.formula), \(picture.crystal.siteCount) sites colored "
        + "by contribution")
  }

  // MARK: Parts

  private func bond(_ bond: CellScene.Bond, _ a: SIMD3<Double>, _ b: SIMD3<Double>) -> String {
    let part = bond.contribution / scene.bondReach
    let width = 1.4 + 4.6 * abs(part)
    let color = DivergingColor(part)
    let tip =
      "\(name(bond.sites.0)) – \(name(bond.sites.1)), \(Numeral.text(bond.distance)) Å: "
      + signed(bond.contribution)
    guard bond.isNear else {
      return "<g><title>\(Markup.escaped(tip))</title>"
        + line(
          a, b, "class=\"far\" stroke=\"\(color.hex)\" stroke-width=\"\(number(min(width, 2.6)))\"")
        + "</g>"
    }
    return "<g><title>\(Markup.escaped(tip))</title>"
      + line(a, b, "class=\"casing\" stroke-width=\"\(number(width + 1.6))\"")
      + line(a, b, "stroke=\"\(color.hex)\" stroke-width=\"\(number(width))\"") + "</g>"
  }

  private func atom(_ atom: CellScene.Atom, _ seen: SIMD3<Double>) -> String {
    let site = picture.sites.sites[atom.site]
    let color = DivergingColor(atom.contribution / scene.siteReach)
    let (x, y) = (number(origin.x + seen.x * scale), number(origin.y - seen.y * scale))
    let radius = max(atom.radius * scale, 3.2)
    let symbols = CellPicture.symbols(of: site)
    let tip = "\(CellPicture.name(of: site)): \(signed(atom.contribution))"
    let isMixed = site.occupants.count > 1 || (site.occupants.first?.share ?? 1) < 1
    let kind = isMixed ? "atom mixed" : "atom"
    var text = "<g><title>\(Markup.escaped(tip))</title>"
    text += "<circle class=\"\(kind)\" cx=\"\(x)\" cy=\"\(y)\" r=\"\(number(radius))\" "
    text += "fill=\"\(color.hex)\"/>"
    // As large as fits, and no larger than reads well.
    let letters = Double(max(symbols.count, 1))
    let size = min(14, 1.75 * radius / max(0.58 * letters, 0.9))
    if size >= 6.5 {
      text += "<text x=\"\(x)\" y=\"\(y)\" font-size=\"\(number(size))\" "
      text += "fill=\"\(color.letters)\">\(Markup.escaped(symbols))</text>"
    }
    return text + "</g>"
  }

  /// The names of the cell vectors, each beside the outermost of its four edges.
  private var axes: String {
    let lattice = scene.lattice
    let middle = view.seen(lattice.cartesian(SIMD3(repeating: 0.5)))
    return ["a", "b", "c"].enumerated().map { axis, name in
      let middles = (0..<4).map { corner in
        var place = SIMD3(repeating: Double(corner & 1))
        place[axis] = 0.5
        place[(axis + 2) % 3] = Double(corner >> 1)
        let seen = view.seen(lattice.cartesian(place))
        return SIMD2(seen.x - middle.x, seen.y - middle.y)
      }
      // Of equal ones the lower left.
      let outermost = middles.max { outwardness($0) < outwardness($1) } ?? .zero
      let length = max((outermost.x * outermost.x + outermost.y * outermost.y).squareRoot(), 1e-9)
      let place =
        SIMD2(middle.x, middle.y) * scale + outermost * ((length * scale + 12) / length)
      return "<text class=\"axis-name\" x=\"\(number(origin.x + place.x))\" "
        + "y=\"\(number(origin.y - place.y))\">\(name)</text>"
    }.joined(separator: "\n")
  }

  private func outwardness(_ place: SIMD2<Double>) -> Double {
    (place.x * place.x + place.y * place.y).squareRoot() - 0.15 * place.x - 0.3 * place.y
  }

  private func line(
    _ a: SIMD3<Double>, _ b: SIMD3<Double>, _ attributes: String
  ) -> String {
    "<line x1=\"\(number(origin.x + a.x * scale))\" y1=\"\(number(origin.y - a.y * scale))\" "
      + "x2=\"\(number(origin.x + b.x * scale))\" y2=\"\(number(origin.y - b.y * scale))\" "
      + "\(attributes)/>"
  }

  // MARK: Words

  private func name(_ site: Int) -> String { CellPicture.name(of: picture.sites.sites[site]) }

  private func signed(_ value: Double) -> String {
    (value > 0 ? "+" : "") + picture.quantity.text(value)
  }

  /// To a tenth of a pixel.
  private func number(_ value: Double) -> String {
    let tenths = (value * 10).rounded() / 10
    return tenths == tenths.rounded() ? "\(Int(tenths))" : "\(tenths)"
  }
}

/// A color between the ends of ``Theme/divergingRamp``.
struct DivergingColor {
  let hex: String
  /// Of letters upon it.
  let letters: String

  /// - Parameter part: −1 ... 1.
  init(_ part: Double) {
    let ends = Theme.divergingRamp.map(Self.channels)
    let part = part.isFinite ? min(max(part, -1), 1) : 0
    let end = part < 0 ? ends[0] : ends[2]
    let mixed = zip(ends[1], end).map { middle, end in
      Int((middle + (end - middle) * abs(part)).rounded())
    }
    hex = "#" + mixed.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    letters = abs(part) > 0.62 ? ThemeColor.cellInkHigh.light : ThemeColor.cellInkLow.light
  }

  /// Red, green and blue of `#rrggbb`.
  private static func channels(_ hex: String) -> [Double] {
    let digits = hex.dropFirst().compactMap(\.hexDigitValue).map(Double.init)
    return stride(from: 0, to: digits.count - 1, by: 2).map { 16 * digits[$0] + digits[$0 + 1] }
  }
}
