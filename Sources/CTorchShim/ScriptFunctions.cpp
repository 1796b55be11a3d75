// Modules of others, exported as TorchScript: loaded from bytes and run by TorchScript's interpreter.
//
// No Python is read or run: libtorch's own reader takes such archives, and knows the types of
// TorchScript alone.

#include "Support.h"

#include <ATen/core/grad_mode.h>
#include <torch/csrc/jit/api/compilation_unit.h>
#include <torch/csrc/jit/api/function_impl.h>
#include <torch/csrc/jit/api/module.h>
#include <torch/csrc/jit/ir/ir.h>
#include <torch/csrc/jit/runtime/graph_executor.h>
#include <torch/csrc/jit/runtime/print_handler.h>
#include <torch/csrc/jit/serialization/import.h>

#include <iostream>
#include <streambuf>
#include <vector>

struct ct_module {
  torch::jit::Module value;
  torch::jit::Method method;
  std::string signature;
};

namespace ctorch {
namespace {

/// Bytes in memory as a stream, without a copy.
struct Bytes : std::streambuf {
  Bytes(const char *start, size_t length) {
    char *first = const_cast<char *>(start);
    setg(first, first, first + length);
  }
  pos_type seekoff(off_type offset, std::ios_base::seekdir from, std::ios_base::openmode) override {
    char *base = from == std::ios_base::beg ? eback() : from == std::ios_base::cur ? gptr() : egptr();
    if (offset < eback() - base || offset > egptr() - base) return pos_type(off_type(-1));
    setg(eback(), base + offset, egptr());
    return gptr() - eback();
  }
  pos_type seekpos(pos_type place, std::ios_base::openmode mode) override {
    return seekoff(off_type(place), std::ios_base::beg, mode);
  }
};

/// The line of an interpreter's message that says what is wrong: its last, without the class of the
/// error in Python.
std::string reason(const std::string &text) {
  size_t end = text.find_last_not_of(" \n\t^~-<");
  if (end == std::string::npos) return "an unknown failure";
  std::string line;
  const size_t mark = text.rfind("RuntimeError: ");
  if (mark != std::string::npos) {
    line = text.substr(mark + 14);
  } else {
    const size_t start = text.find_last_of('\n', end);
    line = text.substr(start == std::string::npos ? 0 : start + 1);
  }
  line = line.substr(0, line.find('\n'));
  return line.substr(0, 400);
}

template <typename Body>
ct_status scripted(const char *operation, Body body) noexcept {
  try {
    body();
    return CT_OK;
  } catch (const c10::Error &error) {
    lastError = operation + reason(error.what_without_backtrace());
  } catch (const std::exception &error) {
    lastError = operation + reason(error.what());
  } catch (...) {
    lastError = std::string(operation) + "an unknown failure";
  }
  return CT_FAILED;
}

/// Whether an operation does more than compute: reads or writes files, talks to other processes, or
/// belongs to none of the libraries that networks are made of.
bool isForbidden(const c10::Symbol &kind) {
  const std::string space = kind.ns().toUnqualString(), name = kind.toUnqualString();
  if (space == "aten") return name == "save" || name == "from_file";
  if (space == "prim") return name.rfind("rpc_", 0) == 0 || name == "PythonOp";
  return space != "quantized" && space != "profiler";
}

void check(const torch::jit::Block *block) {
  for (const torch::jit::Node *node : block->nodes()) {
    if (isForbidden(node->kind())) {
      throw std::runtime_error(
          std::string("it calls ") + node->kind().toQualString() +
          ", and modules are only let compute");
    }
    for (const torch::jit::Block *inner : node->blocks()) check(inner);
    for (const c10::Symbol &attribute : node->attributeNames()) {
      if (node->kindOf(attribute) == torch::jit::AttributeKind::g) {
        check(node->g(attribute)->block());
      }
    }
  }
}

/// Looks through all code that came with a module. None of it was run while it was read: archives
/// with code that would be are refused before.
void check(const torch::jit::Module &module) {
  for (torch::jit::Function *function : module._ivalue()->compilation_unit()->get_functions()) {
    if (auto *graph = torch::jit::tryToGraphFunction(*function)) check(graph->graph()->block());
  }
}

/// `x: Tensor, batch: Tensor`
std::string signature(const c10::FunctionSchema &schema) {
  std::string text;
  for (size_t i = 1; i < schema.arguments().size(); ++i) {
    const c10::Argument &argument = schema.arguments()[i];
    if (i > 1) text += ", ";
    text += argument.name() + ": " + argument.type()->annotation_str();
    if (argument.default_value()) text += " = …";
  }
  return text;
}

ct_status moduleLoad(const void *bytes, int64_t length, const char *name, ct_module **out) {
  return scripted("", [&] {
    Bytes buffer(static_cast<const char *>(bytes), static_cast<size_t>(length));
    std::istream stream(&buffer);
    torch::jit::Module module = torch::jit::load(stream, at::kCPU);
    check(module);
    module.eval();
    std::optional<torch::jit::Method> method = module.find_method(name);
    require(method.has_value(), "it has no such method");
    std::string text = signature(method->function().getSchema());
    *out = new ct_module{std::move(module), std::move(*method), std::move(text)};
  });
}

int moduleInputs(const ct_module *m, bool with_defaults) {
  const auto &arguments = m->method.function().getSchema().arguments();
  int count = 0;
  for (size_t i = 1; i < arguments.size(); ++i) {
    if (with_defaults || !arguments[i].default_value()) ++count;
  }
  return count;
}

/// What an answer is, for a person.
std::string described(const c10::IValue &value) {
  if (value.isTuple()) {
    return "a tuple of " + std::to_string(value.toTupleRef().elements().size()) + " values";
  }
  if (value.isGenericDict()) {
    std::string text = "a dictionary with";
    const char *separator = " ";
    for (const auto &entry : value.toGenericDict()) {
      text += separator;
      text += entry.key().isString() ? entry.key().toStringRef() : "?";
      separator = ", ";
      if (text.size() > 300) break;
    }
    return text;
  }
  if (value.isList()) {
    return "a list of " + std::to_string(value.toListRef().size()) + " values";
  }
  return "of type " + value.tagKind();
}

c10::IValue entry(const c10::IValue &answer, const char *name, int64_t index) {
  if (name != nullptr) {
    if (answer.isGenericDict()) {
      const auto dict = answer.toGenericDict();
      for (const auto &item : dict) {
        if (item.key().isString() && item.key().toStringRef() == name) return item.value();
      }
    }
  } else if (index >= 0) {
    if (answer.isTuple()) {
      const auto &elements = answer.toTupleRef().elements();
      if (static_cast<size_t>(index) < elements.size()) return elements[index];
    } else if (answer.isTensorList() || answer.isList()) {
      const auto list = answer.toListRef();
      if (static_cast<size_t>(index) < list.size()) return list[index];
    }
  } else {
    return answer;
  }
  throw std::runtime_error("the answer has no such output: it is " + described(answer));
}

ct_status moduleRun(
    const ct_module *m, const char *const *names, const ct_tensor *const *inputs, int count,
    const char *output, int64_t index, bool gradients, ct_tensor **out) {
  return scripted("", [&] {
    at::AutoGradMode mode(gradients);
    // Without profiling: what is computed does not depend on what was computed before.
    torch::jit::GraphOptimizerEnabledGuard plain(false);
    std::vector<c10::IValue> arguments;
    if (names != nullptr) {
      c10::Dict<std::string, at::Tensor> dictionary;
      for (int i = 0; i < count; ++i) dictionary.insert(names[i], inputs[i]->value);
      arguments.emplace_back(std::move(dictionary));
    } else {
      for (int i = 0; i < count; ++i) arguments.emplace_back(inputs[i]->value);
    }
    torch::jit::Method method = m->method;
    const c10::IValue answer = entry(method(std::move(arguments)), output, index);
    if (!answer.isTensor()) {
      throw std::runtime_error("the output is no tensor but " + described(answer));
    }
    const at::Tensor tensor = answer.toTensor().detach();
    require(tensor.defined(), "the output is an empty tensor");
    require(tensor.layout() == at::kStrided, "the output is a sparse tensor");
    require(!tensor.is_complex(), "the output is complex");
    emit(out, tensor.to(at::kDouble).contiguous());
  });
}

}  // namespace

void addScriptFunctions(ct_api &api) {
  // Standard output is for results.
  torch::jit::setPrintHandler([](const std::string &text) { std::cerr << text; });
  api.module_load = moduleLoad;
  api.module_release = [](ct_module *m) { delete m; };
  api.module_inputs = moduleInputs;
  api.module_signature = [](const ct_module *m) { return m->signature.c_str(); };
  api.module_run = moduleRun;
}

}  // namespace ctorch
