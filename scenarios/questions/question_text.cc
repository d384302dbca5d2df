#include "scenarios/questions/question_text.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "scenarios/questions/misconceptions.h"
#include "scenarios/report/wrapped.h"

namespace workbench::scenarios {
namespace {

char letter_of(std::size_t choice) { return static_cast<char>('A' + choice); }

}  // namespace

std::string as_sheet(std::uint64_t seed, const std::vector<Question>& questions) {
  std::string sheet = fmt::format("Questions of seed {}\n", seed);
  std::string answers = "\nAnswers\n";
  for (std::size_t i = 0; i < questions.size(); ++i) {
    const Question& question = questions[i];
    sheet += fmt::format("\n{}. {}\n", i + 1, wrapped(question.text));
    answers += fmt::format("\n{}. {}   {}\n", i + 1, letter_of(question.right), question.command);
    for (std::size_t choice = 0; choice < question.choices.size(); ++choice) {
      const auto& [text, belief] = question.choices[choice];
      sheet += fmt::format("   {}  {}\n", letter_of(choice), text);
      if (belief.empty()) continue;
      answers +=
          fmt::format("   {} believes: {}\n", letter_of(choice), misconception(belief).belief);
    }
  }
  return sheet + answers;
}

std::string as_json(std::uint64_t seed, const std::vector<Question>& questions) {
  nlohmann::ordered_json all = nlohmann::ordered_json::array();
  for (const Question& question : questions) {
    nlohmann::ordered_json distractors = nlohmann::ordered_json::array();
    nlohmann::ordered_json choices = nlohmann::ordered_json::array();
    for (const auto& [text, belief] : question.choices) {
      choices.push_back(text);
      if (belief.empty()) continue;
      const Misconception& why = misconception(belief);
      distractors.push_back({{"text", text},
                             {"belief", why.id},
                             {"in_words", why.belief},
                             {"truth", why.truth},
                             {"chapter", why.chapter}});
    }
    all.push_back({{"kind", name_of(question.kind)},
                   {"text", question.text},
                   {"choices", std::move(choices)},
                   {"answer", question.choices[question.right].text},
                   {"distractors", std::move(distractors)},
                   {"scenario", question.scenario},
                   {"subject", question.subject},
                   {"command", question.command}});
  }
  const nlohmann::ordered_json object{
      {"schema_version", 1}, {"seed", seed}, {"questions", std::move(all)}};
  return object.dump(2);
}

}  // namespace workbench::scenarios
