/// A subject that looks every property up once, for filters that ask for it many times.
final class RememberedSubject<Subject: FilterSubject>: FilterSubject {
  private let subject: Subject
  private var known: [[String]: FilterValue?] = [:]

  init(_ subject: Subject) {
    self.subject = subject
  }

  func value(of property: [String]) -> FilterValue? {
    if let value = known[property] { return value }
    let value = subject.value(of: property)
    known[property] = .some(value)
    return value
  }
}
