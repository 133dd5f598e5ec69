#!/usr/bin/env bash
# Builds, tests and adds up, on a machine with the .NET SDK and nothing else. What is not there (a PowerShell, Mono) is skipped loudly.
# The last line reads: N passed, N failed, N skipped
set -u
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 1

if [ -z "${HOME:-}" ] || [ ! -d "$HOME" ]; then
  HOME=$(mktemp -d)
  export HOME
fi
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_GENERATE_ASPNET_CERTIFICATE=false DOTNET_CLI_UI_LANGUAGE=en
# Nothing may linger after the last line and hold on to its output.
export MSBUILDDISABLENODEREUSE=1 DOTNET_CLI_USE_MSBUILD_SERVER=0 UseSharedCompilation=false

say() { printf '\n== %s\n' "$*"; }

give_up() {
  printf '\nFAILED: %s\n0 passed, 1 failed, 0 skipped\n' "$1"
  exit 1
}

# Mono runs the net472 build of the client core's tests. Wine runs the tests of files, processes and cmdlets as on Windows.
missing=()
command -v mono > /dev/null || missing+=(mono-runtime mono-devel)
command -v wine > /dev/null || missing+=(wine wine64)
if [ "${#missing[@]}" -gt 0 ] && command -v apt-get > /dev/null && [ "$(id -u)" -eq 0 ]; then
  say "installing ${missing[*]}"
  export DEBIAN_FRONTEND=noninteractive
  log=$(mktemp)
  timeout 300 apt-get update -qq < /dev/null > "$log" 2>&1
  for package in "${missing[@]}"; do
    if ! timeout 900 apt-get install -y -qq --no-install-recommends "$package" < /dev/null > "$log" 2>&1; then
      printf '%s could not be installed; its suite will be skipped. %s\n' "$package" "$(tail -n 1 "$log")"
    fi
  done
  rm -f "$log"
fi

results=TestResults
rm -rf "$results"
mkdir -p "$results"

# For release: what is tested is the package as it would be published.
say 'dotnet build'
timeout -k 30 20m dotnet build --configuration Release < /dev/null || give_up 'the build failed.'

# One project at a time: some suites watch the clock.
say 'dotnet test'
timeout -k 30 40m dotnet test --configuration Release --logger trx --results-directory "$results" -maxcpucount:1 < /dev/null
code=$?

# A test that fails is run once more, alone. One that passes then does not stop a release; it is named, and is a defect to look for.
if [ "$code" -ne 0 ]; then
  dotnet run build/Tally.cs -- failed "$results" < /dev/null > "$results/failed.txt"
  [ -s "$results/failed.txt" ] && code=0
  while IFS=$'\t' read -r project filter; do
    say "running again: $project"
    timeout -k 30 20m dotnet test "$(find tests -ipath "*/bin/Release/net10.0/$project.dll")" --logger trx --results-directory "$results/again" --filter "$filter" < /dev/null || code=1
  done < "$results/failed.txt"
fi

projects=()
for project in tests/*.Tests/*.Tests.csproj; do
  projects+=("$(basename "$project" .csproj)")
done
dotnet run build/Tally.cs -- "$results" "$code" "${projects[@]}" < /dev/null
verdict=$?
[ -s "$results/totals.txt" ] || give_up 'the results could not be added up.'

printf '\n'
cat "$results/totals.txt"
exit "$verdict"
