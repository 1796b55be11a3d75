import Foundation
import GRDBSQLite

/// SQLite's extended codes of failed input and output: `SQLITE_IOERR | number << 8`.
func simulatedInputError(_ number: CInt) -> CInt { SQLITE_IOERR | number << 8 }

/// Carries out a call, and turns a failure of the disk into SQLite's code.
private func answer(
  _ slot: UnsafeMutablePointer<sqlite3_file>?, _ number: CInt,
  _ body: (SimulatedFileSystem.OpenFile) throws(SimulatedDisk.Failure) -> CInt
) -> CInt {
  guard let file = SimulatedFileSystem.file(slot) else { return simulatedInputError(number) }
  do throws(SimulatedDisk.Failure) {
    return try body(file)
  } catch .full {
    return SQLITE_FULL
  } catch {
    return simulatedInputError(number)
  }
}

/// What SQLite does with an open file (<https://www.sqlite.org/c3ref/io_methods.html>).
nonisolated(unsafe) let simulatedFileMethods: UnsafePointer<sqlite3_io_methods> = {
  let methods = UnsafeMutablePointer<sqlite3_io_methods>.allocate(capacity: 1)
  methods.initialize(to: sqlite3_io_methods())
  methods.pointee.iVersion = 2
  methods.pointee.xClose = { slot in
    if let file = SimulatedFileSystem.file(slot) {
      _ = try? file.disk.lock(nil) { $0.lower(file.name, user: file.user, to: 0) }
    }
    SimulatedFileSystem.close(slot)
    return SQLITE_OK
  }
  methods.pointee.xRead = { slot, target, count, offset in
    answer(slot, 1) { file throws(SimulatedDisk.Failure) in
      let bytes = try file.disk.read(file.name, at: Int(offset), count: Int(count))
      let target = UnsafeMutableRawBufferPointer(start: target, count: Int(count))
      target.copyBytes(from: bytes)
      for place in bytes.count..<target.count { target[place] = 0 }
      return bytes.count < count ? simulatedInputError(2) : SQLITE_OK
    }
  }
  methods.pointee.xWrite = { slot, source, count, offset in
    answer(slot, 3) { file throws(SimulatedDisk.Failure) in
      let bytes = UnsafeRawBufferPointer(start: source, count: Int(count))
      try file.disk.write(file.name, at: Int(offset), Array(bytes))
      return SQLITE_OK
    }
  }
  methods.pointee.xTruncate = { slot, size in
    answer(slot, 6) { file throws(SimulatedDisk.Failure) in
      try file.disk.truncate(file.name, to: Int(size))
      return SQLITE_OK
    }
  }
  methods.pointee.xSync = { slot, _ in
    answer(slot, 4) { file throws(SimulatedDisk.Failure) in
      try file.disk.synchronize(file.name)
      return SQLITE_OK
    }
  }
  methods.pointee.xFileSize = { slot, size in
    answer(slot, 7) { file throws(SimulatedDisk.Failure) in
      size?.pointee = Int64(try file.disk.size(file.name))
      return SQLITE_OK
    }
  }
  addLocks(to: methods)
  methods.pointee.xFileControl = { _, _, _ in SQLITE_NOTFOUND }
  methods.pointee.xSectorSize = { _ in 4096 }
  // As the file system of the machine says: a write changes no bytes beside its own.
  methods.pointee.xDeviceCharacteristics = { _ in SQLITE_IOCAP_POWERSAFE_OVERWRITE }
  return UnsafePointer(methods)
}()

private func addLocks(to methods: UnsafeMutablePointer<sqlite3_io_methods>) {
  methods.pointee.xLock = { slot, level in
    answer(slot, 15) { file throws(SimulatedDisk.Failure) in
      let isHeld = try file.disk.lock(.lock) {
        $0.raise(file.name, user: file.user, to: Int(level))
      }
      return isHeld ? SQLITE_OK : SQLITE_BUSY
    }
  }
  methods.pointee.xUnlock = { slot, level in
    answer(slot, 8) { file throws(SimulatedDisk.Failure) in
      try file.disk.lock(nil) { $0.lower(file.name, user: file.user, to: Int(level)) }
      return SQLITE_OK
    }
  }
  methods.pointee.xCheckReservedLock = { slot, isReserved in
    answer(slot, 14) { file throws(SimulatedDisk.Failure) in
      isReserved?.pointee = try file.disk.lock(.lock) { $0.isReserved(file.name) ? 1 : 0 }
      return SQLITE_OK
    }
  }
  methods.pointee.xShmMap = { slot, number, size, extends, region in
    answer(slot, 21) { file throws(SimulatedDisk.Failure) in
      region?.pointee = try file.disk.lock(.share) {
        $0.region(
          file.name, user: file.user, Int(number), size: Int(size), extends: extends != 0)
      }
      return SQLITE_OK
    }
  }
  methods.pointee.xShmLock = { slot, first, count, flags in
    answer(slot, 20) { file throws(SimulatedDisk.Failure) in
      let slots = Int(first)..<Int(first + count)
      if flags & SQLITE_SHM_UNLOCK != 0 {
        try file.disk.lock(nil) { $0.letGo(file.name, user: file.user, slots) }
        return SQLITE_OK
      }
      let isHeld = try file.disk.lock(.share) {
        $0.hold(
          file.name, user: file.user, slots, isShared: flags & SQLITE_SHM_SHARED != 0)
      }
      return isHeld ? SQLITE_OK : SQLITE_BUSY
    }
  }
  methods.pointee.xShmBarrier = { _ in }
  methods.pointee.xShmUnmap = { slot, _ in
    answer(slot, 21) { file throws(SimulatedDisk.Failure) in
      try file.disk.lock(nil) { $0.leave(file.name, user: file.user) }
      return SQLITE_OK
    }
  }
}
