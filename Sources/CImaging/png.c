#include "CImaging.h"

#include <png.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
  const uint8_t *bytes;
  size_t count;
  size_t place;
  char *message;
  jmp_buf escape;
} reading;

static void fail(png_structp png, png_const_charp reason) {
  reading *state = png_get_error_ptr(png);
  strncpy(state->message, reason, ci_message_size - 1);
  longjmp(state->escape, 1);
}

static void pass_over(png_structp png, png_const_charp reason) {
  (void)png;
  (void)reason;
}

static void supply(png_structp png, png_bytep out, size_t count) {
  reading *state = png_get_io_ptr(png);
  if (count > state->count - state->place) png_error(png, "the file is cut off");
  memcpy(out, state->bytes + state->place, count);
  state->place += count;
}

// Palettes and low depths become plain 8-bit samples; 16-bit samples come in native order.
static void ask_for_plain_samples(png_structp png, png_infop info) {
  png_byte color = png_get_color_type(png, info);
  png_byte bits = png_get_bit_depth(png, info);
  if (color == PNG_COLOR_TYPE_PALETTE) png_set_palette_to_rgb(png);
  if (color == PNG_COLOR_TYPE_GRAY && bits < 8) png_set_expand_gray_1_2_4_to_8(png);
  if (png_get_valid(png, info, PNG_INFO_tRNS)) png_set_tRNS_to_alpha(png);
#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
  if (bits == 16) png_set_swap(png);
#endif
  png_set_interlace_handling(png);
  png_read_update_info(png, info);
}

static void describe(png_structp png, png_infop info, ci_image *image) {
  png_uint_32 x = 0, y = 0;
  int unit = PNG_RESOLUTION_UNKNOWN;
  image->width = png_get_image_width(png, info);
  image->height = png_get_image_height(png, info);
  image->channels = png_get_channels(png, info);
  image->bits = png_get_bit_depth(png, info);
  image->pages = 1;
  if (png_get_pHYs(png, info, &x, &y, &unit) && unit == PNG_RESOLUTION_METER) {
    image->density_x = x;
    image->density_y = y;
  }
}

int ci_decode_png(
    const uint8_t *bytes, size_t count, ci_limits limits, ci_image *image,
    char message[ci_message_size]) {
  reading state = {.bytes = bytes, .count = count, .message = message};
  png_infop info = NULL;
  // Both survive the jump out of a failing call, and are freed there.
  png_bytep volatile pixels = NULL;
  png_bytep *volatile rows = NULL;
  memset(message, 0, ci_message_size);
  memset(image, 0, sizeof *image);
  png_structp png = png_create_read_struct(PNG_LIBPNG_VER_STRING, &state, fail, pass_over);
  if (!png) {
    strncpy(message, "libpng could not start", ci_message_size - 1);
    return 1;
  }
  if (setjmp(state.escape)) {
    free((void *)pixels);
    free((void *)rows);
    png_destroy_read_struct(&png, &info, NULL);
    return 1;
  }
  info = png_create_info_struct(png);
  if (!info) png_error(png, "no memory");
  png_set_user_limits(png, limits.side, limits.side);
  png_set_chunk_malloc_max(png, 8 << 20);
  png_set_chunk_cache_max(png, 128);
  png_set_read_fn(png, &state, supply);
  png_read_info(png, info);
  ask_for_plain_samples(png, info);
  describe(png, info, image);
  if ((uint64_t)image->width * image->height * image->channels > limits.samples)
    png_error(png, "the image has too many pixels");
  size_t stride = png_get_rowbytes(png, info);
  pixels = malloc(stride * image->height);
  rows = malloc(sizeof(png_bytep) * image->height);
  if (!pixels || !rows) png_error(png, "no memory");
  for (uint32_t row = 0; row < image->height; row++) rows[row] = pixels + row * stride;
  png_read_image(png, (png_bytepp)rows);
  png_read_end(png, NULL);
  free((void *)rows);
  png_destroy_read_struct(&png, &info, NULL);
  image->pixels = (void *)pixels;
  return 0;
}

void ci_release(void *pixels) { free(pixels); }
