#include "CImaging.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <tiffio.h>

typedef struct {
  const uint8_t *bytes;
  toff_t count;
  toff_t place;
} source;

static tmsize_t take(thandle_t handle, void *out, tmsize_t count) {
  source *s = (source *)handle;
  if (s->place >= s->count || count < 0) return 0;
  if ((toff_t)count > s->count - s->place) count = (tmsize_t)(s->count - s->place);
  memcpy(out, s->bytes + s->place, (size_t)count);
  s->place += (toff_t)count;
  return count;
}

static tmsize_t refuse(thandle_t handle, void *out, tmsize_t count) {
  (void)handle;
  (void)out;
  (void)count;
  return 0;
}

static toff_t seek(thandle_t handle, toff_t offset, int whence) {
  source *s = (source *)handle;
  if (whence == SEEK_CUR) offset += s->place;
  if (whence == SEEK_END) offset += s->count;
  return s->place = offset;
}

static int leave(thandle_t handle) {
  (void)handle;
  return 0;
}

static toff_t size(thandle_t handle) { return ((source *)handle)->count; }

static int note(
    TIFF *tiff, void *message, const char *module, const char *format, va_list arguments) {
  (void)tiff;
  (void)module;
  if (((char *)message)[0] == 0) vsnprintf(message, ci_message_size, format, arguments);
  return 1;
}

static int pass_over(
    TIFF *tiff, void *message, const char *module, const char *format, va_list arguments) {
  (void)tiff;
  (void)message;
  (void)module;
  (void)format;
  (void)arguments;
  return 1;
}

static int because(char *message, const char *reason) {
  if (message[0] == 0) strncpy(message, reason, ci_message_size - 1);
  return 1;
}

typedef struct {
  uint16_t bits, channels, format, planar, photometric;
  uint32_t width, height;
} layout;

static int find_layout(TIFF *tiff, ci_limits limits, layout *found, char *message) {
  *found = (layout){.bits = 1, .channels = 1, .format = SAMPLEFORMAT_UINT};
  TIFFGetField(tiff, TIFFTAG_IMAGEWIDTH, &found->width);
  TIFFGetField(tiff, TIFFTAG_IMAGELENGTH, &found->height);
  TIFFGetFieldDefaulted(tiff, TIFFTAG_BITSPERSAMPLE, &found->bits);
  TIFFGetFieldDefaulted(tiff, TIFFTAG_SAMPLESPERPIXEL, &found->channels);
  TIFFGetFieldDefaulted(tiff, TIFFTAG_SAMPLEFORMAT, &found->format);
  TIFFGetFieldDefaulted(tiff, TIFFTAG_PLANARCONFIG, &found->planar);
  TIFFGetField(tiff, TIFFTAG_PHOTOMETRIC, &found->photometric);
  if (found->width == 0 || found->height == 0) return because(message, "the image has no pixels");
  if (found->width > limits.side || found->height > limits.side ||
      (uint64_t)found->width * found->height * found->channels > limits.samples)
    return because(message, "the image has too many pixels");
  if (found->channels < 1 || found->channels > 4)
    return because(message, "only images of one to four channels are read");
  if ((found->bits != 8 && found->bits != 16) || found->format != SAMPLEFORMAT_UINT)
    return because(message, "only whole samples of 8 or 16 bits are read; convert the image");
  switch (found->photometric) {
    case PHOTOMETRIC_MINISWHITE:
    case PHOTOMETRIC_MINISBLACK:
    case PHOTOMETRIC_RGB: return 0;
    default: return because(message, "only gray and RGB images are read; convert the image");
  }
}

static int read_strips(TIFF *tiff, layout l, uint8_t *pixels) {
  size_t sample = l.bits / 8, stride = (size_t)l.width * l.channels * sample;
  int separate = l.planar == PLANARCONFIG_SEPARATE && l.channels > 1;
  size_t needed = separate ? (size_t)l.width * sample : stride;
  if ((size_t)TIFFScanlineSize(tiff) != needed) return 1;
  uint8_t *line = malloc(needed);
  if (!line) return 1;
  int status = 0;
  for (uint16_t plane = 0; plane < (separate ? l.channels : 1) && !status; plane++)
    for (uint32_t row = 0; row < l.height && !status; row++) {
      status = TIFFReadScanline(tiff, line, row, plane) != 1;
      uint8_t *out = pixels + row * stride;
      if (!separate) {
        memcpy(out, line, needed);
        continue;
      }
      for (uint32_t x = 0; x < l.width; x++)
        memcpy(out + (x * l.channels + plane) * sample, line + x * sample, sample);
    }
  free(line);
  return status;
}

static int read_tiles(TIFF *tiff, layout l, uint8_t *pixels) {
  uint32_t wide = 0, high = 0;
  TIFFGetField(tiff, TIFFTAG_TILEWIDTH, &wide);
  TIFFGetField(tiff, TIFFTAG_TILELENGTH, &high);
  size_t sample = l.bits / 8, stride = (size_t)l.width * l.channels * sample;
  int separate = l.planar == PLANARCONFIG_SEPARATE && l.channels > 1;
  size_t inside = separate ? 1 : l.channels;
  size_t line = (size_t)wide * inside * sample;
  if (wide == 0 || high == 0 || wide > 65536 || high > 65536 ||
      (size_t)TIFFTileSize(tiff) != line * high)
    return 1;
  uint8_t *tile = malloc(line * high);
  if (!tile) return 1;
  int status = 0;
  for (uint16_t plane = 0; plane < (separate ? l.channels : 1) && !status; plane++)
    for (uint32_t y = 0; y < l.height && !status; y += high)
      for (uint32_t x = 0; x < l.width && !status; x += wide) {
        status = TIFFReadTile(tiff, tile, x, y, 0, plane) < 0;
        for (uint32_t j = 0; j < high && y + j < l.height; j++)
          for (uint32_t i = 0; i < wide && x + i < l.width; i++)
            memcpy(
                pixels + (y + j) * stride + ((x + i) * l.channels + plane) * sample,
                tile + j * line + i * inside * sample, inside * sample);
      }
  free(tile);
  return status;
}

static void find_density(TIFF *tiff, ci_image *image) {
  float x = 0, y = 0;
  uint16_t unit = RESUNIT_INCH;
  TIFFGetFieldDefaulted(tiff, TIFFTAG_RESOLUTIONUNIT, &unit);
  double inMetre = unit == RESUNIT_CENTIMETER ? 100 : unit == RESUNIT_INCH ? 1 / 0.0254 : 0;
  if (TIFFGetField(tiff, TIFFTAG_XRESOLUTION, &x) && TIFFGetField(tiff, TIFFTAG_YRESOLUTION, &y)) {
    image->density_x = x * inMetre;
    image->density_y = y * inMetre;
  }
}

static int decode(TIFF *tiff, ci_limits limits, ci_image *image, char *message) {
  layout l;
  if (find_layout(tiff, limits, &l, message)) return 1;
  size_t bytes = (size_t)l.width * l.height * l.channels * (l.bits / 8);
  uint8_t *pixels = calloc(bytes, 1);
  if (!pixels) return because(message, "no memory");
  if (TIFFIsTiled(tiff) ? read_tiles(tiff, l, pixels) : read_strips(tiff, l, pixels)) {
    free(pixels);
    return because(message, "the pixels are damaged");
  }
  if (l.photometric == PHOTOMETRIC_MINISWHITE)
    for (size_t place = 0; place < bytes; place++) pixels[place] = ~pixels[place];
  image->width = l.width;
  image->height = l.height;
  image->channels = l.channels;
  image->bits = l.bits;
  image->pixels = pixels;
  find_density(tiff, image);
  // A chain of folders that a hostile file makes long is not followed to its end.
  image->pages = 1;
  while (image->pages < 1000 && TIFFReadDirectory(tiff)) image->pages++;
  return 0;
}

int ci_decode_tiff(
    const uint8_t *bytes, size_t count, ci_limits limits, ci_image *image,
    char message[ci_message_size]) {
  source s = {.bytes = bytes, .count = count};
  memset(message, 0, ci_message_size);
  memset(image, 0, sizeof *image);
  TIFFOpenOptions *options = TIFFOpenOptionsAlloc();
  if (!options) return because(message, "no memory");
  TIFFOpenOptionsSetErrorHandlerExtR(options, note, message);
  TIFFOpenOptionsSetWarningHandlerExtR(options, pass_over, message);
  TIFFOpenOptionsSetMaxSingleMemAlloc(options, 256 << 20);
  TIFF *tiff = TIFFClientOpenExt(
      "image", "rm", (thandle_t)&s, take, refuse, seek, leave, size, NULL, NULL, options);
  TIFFOpenOptionsFree(options);
  if (!tiff) return because(message, "not a TIFF file");
  int status = decode(tiff, limits, image, message);
  TIFFClose(tiff);
  return status;
}
