import GRDBSQLite

/// What SQLite calls for a sealed file: reading and writing are ours, all else the system's own.
enum SealedMethods {
  static let table = sqlite3_io_methods(
    iVersion: 3,
    xClose: { file in
      guard let inner = inner(file) else { return SQLITE_OK }
      return inner.pointee.pMethods.pointee.xClose(inner)
    },
    xRead: { file, bytes, count, offset in
      guard let file else { return SQLITE_MISUSE }
      return SealedFile(file).read(bytes, count, offset)
    },
    xWrite: { file, bytes, count, offset in
      guard let file else { return SQLITE_MISUSE }
      return SealedFile(file).write(bytes, count, offset)
    },
    xTruncate: { file, size in
      guard let inner = inner(file) else { return SQLITE_MISUSE }
      return inner.pointee.pMethods.pointee.xTruncate(inner, size)
    },
    xSync: { file, flags in
      guard let inner = inner(file) else { return SQLITE_MISUSE }
      return inner.pointee.pMethods.pointee.xSync(inner, flags)
    },
    xFileSize: { file, size in
      guard let inner = inner(file) else { return SQLITE_MISUSE }
      return inner.pointee.pMethods.pointee.xFileSize(inner, size)
    },
    xLock: { file, level in
      guard let inner = inner(file) else { return SQLITE_MISUSE }
      return inner.pointee.pMethods.pointee.xLock(inner, level)
    },
    xUnlock: { file, level in
      guard let inner = inner(file) else { return SQLITE_MISUSE }
      return inner.pointee.pMethods.pointee.xUnlock(inner, level)
    },
    xCheckReservedLock: { file, result in
      guard let inner = inner(file) else { return SQLITE_MISUSE }
      return inner.pointee.pMethods.pointee.xCheckReservedLock(inner, result)
    },
    xFileControl: { file, operation, argument in
      guard let inner = inner(file) else { return SQLITE_MISUSE }
      return inner.pointee.pMethods.pointee.xFileControl(inner, operation, argument)
    },
    xSectorSize: { file in
      guard let inner = inner(file) else { return 0 }
      return inner.pointee.pMethods.pointee.xSectorSize(inner)
    },
    xDeviceCharacteristics: { file in
      guard let inner = inner(file) else { return 0 }
      return inner.pointee.pMethods.pointee.xDeviceCharacteristics(inner)
    },
    xShmMap: { file, page, size, extend, address in
      guard let inner = inner(file) else { return SQLITE_MISUSE }
      return inner.pointee.pMethods.pointee.xShmMap(inner, page, size, extend, address)
    },
    xShmLock: { file, offset, count, flags in
      guard let inner = inner(file) else { return SQLITE_MISUSE }
      return inner.pointee.pMethods.pointee.xShmLock(inner, offset, count, flags)
    },
    xShmBarrier: { file in
      if let inner = inner(file) { inner.pointee.pMethods.pointee.xShmBarrier(inner) }
    },
    xShmUnmap: { file, removes in
      guard let inner = inner(file) else { return SQLITE_MISUSE }
      return inner.pointee.pMethods.pointee.xShmUnmap(inner, removes)
    },
    // Nothing is mapped into memory: every page passes the check.
    xFetch: { _, _, _, address in
      address?.pointee = nil
      return SQLITE_OK
    },
    xUnfetch: { _, _, _ in SQLITE_OK })

  private static func inner(
    _ file: UnsafeMutablePointer<sqlite3_file>?
  ) -> UnsafeMutablePointer<sqlite3_file>? {
    file.map { SealedFile($0).inner }
  }
}
