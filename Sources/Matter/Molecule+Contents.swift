extension Molecule {
  /// The atoms, counted.
  public var composition: Composition {
    var amounts = [Double](repeating: 0, count: Element.count + 1)
    for element in elements { amounts[element.atomicNumber] += 1 }
    let present = Element.all.filter { amounts[$0.atomicNumber] > 0 }
    return Composition(ordered: present, amounts: present.map { amounts[$0.atomicNumber] })
  }
}
