// PNG and TIFF images from memory, through libpng and libtiff, behind one call each.
#ifndef CIMAGING_H
#define CIMAGING_H

#include <stddef.h>
#include <stdint.h>

/// What to refuse before a pixel is decoded.
typedef struct {
  /// Longest side, pixels.
  uint32_t side;
  /// Most samples: width × height × channels.
  uint64_t samples;
} ci_limits;

/// One decoded image; `pixels` belongs to the caller, who gives it to `ci_release`.
typedef struct {
  uint32_t width;
  uint32_t height;
  /// 1 gray, 2 gray and opacity, 3 red green blue, 4 with opacity.
  uint32_t channels;
  /// Of one sample: 8 or 16.
  uint32_t bits;
  /// Pixels per metre along x and y; 0 where the file says nothing.
  double density_x;
  double density_y;
  /// Images in the file; only the first is decoded.
  uint32_t pages;
  /// Rows from the top, channels of a pixel side by side; one or two bytes a sample, native order.
  void *pixels;
} ci_image;

enum { ci_message_size = 200 };

/// 0 when `*image` was filled; otherwise `message` says why not.
int ci_decode_png(
    const uint8_t *bytes, size_t count, ci_limits limits, ci_image *image,
    char message[ci_message_size]);

/// 0 when `*image` was filled; otherwise `message` says why not.
int ci_decode_tiff(
    const uint8_t *bytes, size_t count, ci_limits limits, ci_image *image,
    char message[ci_message_size]);

void ci_release(void *pixels);

#endif
