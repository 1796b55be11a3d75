import Matter

/// Which densities the sites of a structure add to, and how much.
struct SOAPChannels: Sendable {
  /// Where the channels of each site begin, `[sites + 1]`.
  let offsets: [Int]
  let channels: [Int]
  /// Shares of the sites times the weights of the elements.
  let shares: [Double]

  /// - Throws: ``SOAPError/unknownElement(_:site:)``.
  init(of structure: AtomicStructure, in soap: SOAP) throws(SOAPError) {
    var places = [Int](repeating: -1, count: Element.count + 1)
    for (place, element) in soap.elements.enumerated() { places[element.atomicNumber] = place }
    let weights = soap.configuration.elementWeights
    let isOne = soap.configuration.compression == .mu2
    var (offsets, channels, shares) = ([0], [Int](), [Double]())
    for site in 0..<structure.siteCount {
      for occupant in structure.occupants(of: site) {
        let place = places[occupant.element.atomicNumber]
        guard place >= 0 else { throw .unknownElement(occupant.element, site: site) }
        let share = occupant.share * (weights?[place] ?? 1)
        let channel = isOne ? 0 : place
        // Two occupants may share a density, for example two charges of an element.
        if let same = (offsets[site]..<channels.count).first(where: { channels[$0] == channel }) {
          shares[same] += share
        } else {
          channels.append(channel)
          shares.append(share)
        }
      }
      offsets.append(channels.count)
    }
    self.offsets = offsets
    self.channels = channels
    self.shares = shares
  }
}
