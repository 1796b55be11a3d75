internal import CXML

/// The elements and texts of an XML document, one after the other, by libxml2's reader: no network,
/// no entities of the document's own, bounded depth.
struct XMLWalk {
  enum Event {
    /// With the value of the attribute `axis`, the only one that a reader here asks for.
    case start(String, axis: String?)
    case text(String)
    case end(String)
  }

  private let file: String
  private let reader: xmlTextReaderPtr?
  /// libxml2 leaves what a reader reads from to its maker.
  private let input: xmlParserInputBufferPtr?
  /// An empty element ends where it begins, without an event of libxml2's.
  private var pendingEnd: String?

  static let depthLimit = 64

  /// - Parameter bytes: Kept alive by the caller until ``close()``: they are copied here.
  init(_ bytes: [UInt8], file: String) {
    self.file = file
    let options =
      Int32(XML_PARSE_NONET.rawValue) | Int32(XML_PARSE_NOERROR.rawValue)
      | Int32(XML_PARSE_NOWARNING.rawValue) | Int32(XML_PARSE_NOCDATA.rawValue)
    input = xmlParserInputBufferCreateMem(
      bytes.map(CChar.init(bitPattern:)), Int32(clamping: bytes.count), XML_CHAR_ENCODING_NONE)
    reader = input.flatMap { xmlNewTextReader($0, "file") }
    if let reader { xmlTextReaderSetup(reader, nil, nil, nil, options) }
  }

  var line: Int { reader.map { Int(xmlTextReaderGetParserLineNumber($0)) } ?? 0 }

  func close() {
    if let reader { xmlFreeTextReader(reader) }
    if let input { xmlFreeParserInputBuffer(input) }
  }

  mutating func next() throws(ReadingError) -> Event? {
    if let name = pendingEnd {
      pendingEnd = nil
      return .end(name)
    }
    while true {
      guard let reader else { throw failure("The XML reader could not start.") }
      switch xmlTextReaderRead(reader) {
      case 0: return nil
      case 1:
        if let event = try event(of: reader) { return event }
      default: throw failure("Not well-formed XML; the file is damaged or cut off.")
      }
    }
  }

  private mutating func event(of reader: xmlTextReaderPtr) throws(ReadingError) -> Event? {
    switch UInt32(bitPattern: xmlTextReaderNodeType(reader)) {
    case XML_READER_TYPE_ELEMENT.rawValue:
      guard xmlTextReaderDepth(reader) < Self.depthLimit else {
        throw failure("Nested more than \(Self.depthLimit) deep.")
      }
      let name = Self.text(xmlTextReaderConstLocalName(reader))
      let axis = xmlTextReaderGetAttribute(reader, "axis")
      defer { cxml_free(axis) }
      if xmlTextReaderIsEmptyElement(reader) == 1 { pendingEnd = name }
      return .start(name, axis: axis.map { Self.text($0) })
    case XML_READER_TYPE_TEXT.rawValue, XML_READER_TYPE_CDATA.rawValue:
      return .text(Self.text(xmlTextReaderConstValue(reader)))
    case XML_READER_TYPE_END_ELEMENT.rawValue:
      return .end(Self.text(xmlTextReaderConstLocalName(reader)))
    case XML_READER_TYPE_DOCUMENT_TYPE.rawValue, XML_READER_TYPE_ENTITY_REFERENCE.rawValue:
      // An entity can grow without bound; a measurement has no use for a document type.
      throw failure("The file declares a document type, which no measurement needs.")
    default: return nil
    }
  }

  private static func text(_ characters: UnsafePointer<xmlChar>?) -> String {
    characters.map { String(cString: $0) } ?? ""
  }

  private func failure(_ message: String) -> ReadingError {
    ReadingError(file: file, line: line, message: message)
  }
}
