import Matter

extension CIFStructureReader {
  /// Atoms nearer than this share a site, Å.
  private static let samePlace = 0.01

  /// Full atoms nearer than this deserve a look, Å.
  private static let tooClose = 0.4

  /// Puts the atoms of a cell together; those at one place share a site.
  mutating func crystal(
    _ arrangement: CIFArrangement, _ lattice: Lattice
  ) throws(CIFFault) -> Crystal {
    let sites = arrangement.sites
    let close = CIFCloseAtoms(
      sites, lattice, samePlace: Self.samePlace, tooClose: Self.tooClose)
    if let (first, second) = close.overlap {
      notices.append(
        CIFNotice(
          offset: Int(document.tokens[Int(sites.labels[second])].start),
          message: "\(quote(Int(sites.labels[first]))) and \(quote(Int(sites.labels[second]))) are "
            + "less than \(Self.tooClose) Å apart."))
    }
    do {
      guard let hosts = close.hosts else {
        return try Crystal(
          lattice: lattice, occupants: sites.occupants, positions: sites.positions,
          labels: sites.hasLabels ? labels(sites.labels) : nil,
          magneticMoments: arrangement.moments)
      }
      return try shared(arrangement, hosts, lattice)
    } catch let error as CrystalError {
      throw CIFFault(offset: offset, message: error.description)
    } catch let error as CIFFault {
      throw error
    } catch {
      throw CIFFault(offset: offset, message: "\(error)")
    }
  }

  private func labels(_ tokens: [Int32]) -> [String] {
    tokens.map { document.text(document.tokens[Int($0)].range) }
  }

  /// A crystal in which some atoms are guests on the site of an earlier one.
  private mutating func shared(
    _ arrangement: CIFArrangement, _ hosts: [Int32], _ lattice: Lattice
  ) throws -> Crystal {
    let sites = arrangement.sites
    var siteOfHost: [Int32: Int] = [:]
    var kept: [Int] = []
    var groups: [[Occupant]] = []
    for atom in sites.positions.indices {
      if hosts[atom] == atom {
        siteOfHost[Int32(atom)] = kept.count
        kept.append(atom)
        groups.append([sites.occupants[atom]])
      } else if let site = siteOfHost[hosts[atom]] {
        try join(sites.occupants[atom], &groups[site], token: Int(sites.labels[atom]))
      }
    }
    return try Crystal(
      lattice: lattice, occupants: groups.flatMap { $0 }, counts: groups.map(\.count),
      positions: kept.map { sites.positions[$0] },
      labels: sites.hasLabels ? labels(kept.map { sites.labels[$0] }) : nil,
      magneticMoments: arrangement.moments.map { moments in kept.map { moments[$0] } })
  }

  /// Adds a guest to the occupants of a site; an atom that is listed twice counts once.
  private mutating func join(
    _ guest: Occupant, _ group: inout [Occupant], token: Int
  ) throws(CIFFault) {
    let sum = group.reduce(guest.occupancy) { $0 + $1.occupancy }
    let same = group.firstIndex { $0.species == guest.species }
    if sum <= Crystal.mostOccupancy {
      if let same {
        group[same] = Occupant(
          guest.species, occupancy: min(1, group[same].occupancy + guest.occupancy))
      } else {
        group.append(guest)
      }
      return
    }
    guard let same, group[same].occupancy == guest.occupancy else {
      throw fault(
        token, "Atoms at one place fill it to \(sum); occupancies must sum to at most 1.")
    }
    let message = "Atoms are listed that symmetry or another line gives already; they count once."
    if !notices.contains(where: { $0.message == message }) {
      notices.append(
        CIFNotice(offset: Int(document.tokens[token].start), message: message))
    }
  }
}

/// Atoms of a cell that are at the same place, or too near each other.
struct CIFCloseAtoms {
  /// For each atom the first one at its place, which may be itself; `nil` where no two share a place.
  private(set) var hosts: [Int32]?

  /// Two atoms that are too near to be there both.
  private(set) var overlap: (Int, Int)?

  /// Fewer atoms are compared pair by pair.
  private static let few = 96

  init(_ sites: CIFSites, _ lattice: Lattice, samePlace: Double, tooClose: Double) {
    if sites.positions.count < Self.few {
      comparePairs(sites, PeriodicCloseness(lattice, radius: tooClose), samePlace)
    } else {
      findShared(sites, PeriodicCloseness(lattice, radius: samePlace))
      findOverlap(sites, PeriodicCloseness(lattice, radius: tooClose))
    }
  }

  private mutating func comparePairs(
    _ sites: CIFSites, _ closeness: PeriodicCloseness, _ samePlace: Double
  ) {
    let positions = sites.positions
    for second in positions.indices.dropFirst() {
      let position = positions[second]
      for first in 0..<second {
        guard let squared = closeness.squaredDistance(positions[first], position),
          hosts.map({ $0[first] == first }) ?? true
        else { continue }
        if squared <= samePlace * samePlace {
          share(second, with: first, count: positions.count)
          break
        }
        noteOverlap(first, second, sites)
      }
    }
  }

  private mutating func findShared(_ sites: CIFSites, _ closeness: PeriodicCloseness) {
    var boxes = PeriodicBoxes(bounds: closeness.bounds, capacity: sites.positions.count)
    for (atom, position) in sites.positions.enumerated() {
      var host = Int.max
      boxes.nearby(position) { other in
        if closeness.squaredDistance(sites.positions[other], position) != nil {
          host = min(host, other)
        }
        return false
      }
      if host < Int.max {
        share(atom, with: host, count: sites.positions.count)
      } else {
        boxes.add(atom, at: position)
      }
    }
  }

  private mutating func findOverlap(_ sites: CIFSites, _ closeness: PeriodicCloseness) {
    var boxes = PeriodicBoxes(bounds: closeness.bounds, capacity: sites.positions.count)
    for (atom, position) in sites.positions.enumerated()
    where hosts.map({ $0[atom] == atom }) ?? true {
      // Real cells have a few atoms within 0.4 Å at most; damaged ones are not searched to the end.
      var left = 200
      boxes.nearby(position) { other in
        left -= 1
        if closeness.squaredDistance(sites.positions[other], position) != nil {
          noteOverlap(other, atom, sites)
        }
        return left == 0 || overlap != nil
      }
      if overlap != nil { return }
      boxes.add(atom, at: position)
    }
  }

  private mutating func share(_ atom: Int, with host: Int, count: Int) {
    var known = hosts ?? (0..<Int32(count)).map { $0 }
    hosts = nil
    known[atom] = Int32(host)
    hosts = known
  }

  private mutating func noteOverlap(_ first: Int, _ second: Int, _ sites: CIFSites) {
    guard overlap == nil else { return }
    let sum = sites.occupants[first].occupancy + sites.occupants[second].occupancy
    if sum > Crystal.mostOccupancy { overlap = (first, second) }
  }
}
