import { useComputed } from "@preact/signals";
import { useId } from "preact/hooks";
import { formatNumber, languageName } from "../lib/i18n";
import { stateName } from "../lib/sentences";
import { STATES, type State } from "../lib/wire.gen";
import { Button, Icon, Popover, Select, Toggle } from "../ui";
import type { Desk } from "./desk";
import { chosen, EVERYTHING, isActive, NONE_GIVEN } from "./filter";
import { words } from "./words";

/** Looks for words in all lists at once; beside it what else can be asked for. */
export function Search({ desk }: { desk: Desk }) {
  const id = useId();
  const { search } = words();
  const count = chosen(desk.filter.value);
  return (
    <search class="search">
      <label class="visually-hidden" for={id}>
        {search.label}
      </label>
      <span class="search-field">
        <Icon name="search" />
        <input
          id={id}
          type="search"
          class="search-input"
          data-search
          placeholder={search.placeholder}
          autocomplete="off"
          value={desk.filter.value.search}
          onInput={(event) => desk.choose({ search: event.currentTarget.value })}
          onKeyDown={(event) => {
            // Escape empties it in some browsers only
            if (event.key === "Escape") desk.choose({ search: "" });
          }}
        />
      </span>
      <Popover icon="filter" label={count > 0 ? search.filters(count) : search.filter}>
        <Filters desk={desk} />
      </Popover>
    </search>
  );
}

const VOTES = [0, 1, 3, 5, 10, 25] as const;

function Filters({ desk }: { desk: Desk }) {
  const { search } = words();
  const filter = desk.filter.value;
  const { languages, affiliations } = useComputed(() => {
    const questions = desk.podium.room.staffQuestions.value;
    const sorted = (values: readonly string[]) =>
      [...new Set(values)].sort((one, two) => one.localeCompare(two));
    return {
      languages: sorted(questions.map(({ language }) => language)),
      affiliations: sorted(questions.flatMap(({ affiliation }) => affiliation ?? [])),
    };
  }).value;
  const all = { value: "", label: search.all };
  return (
    <div class="filters">
      <h2>{search.filter}</h2>
      <Select
        label={search.panellist}
        value={filter.panellist}
        options={[all, ...desk.lines.value.map(({ id, name }) => ({ value: id, label: name }))]}
        onChange={(panellist) => desk.choose({ panellist })}
      />
      <Select<State | "">
        label={search.state}
        value={filter.state}
        options={[
          { value: "", label: search.all },
          ...STATES.map((value) => ({ value, label: stateName(value) })),
        ]}
        onChange={(state) => desk.choose({ state })}
      />
      <Select
        label={search.affiliation}
        value={filter.affiliation}
        options={[
          all,
          { value: NONE_GIVEN, label: search.noAffiliation },
          ...affiliations.map((value) => ({ value, label: value })),
        ]}
        onChange={(affiliation) => desk.choose({ affiliation })}
      />
      <div class="filters-pair">
        <Select
          label={search.language}
          value={filter.language}
          options={[all, ...languages.map((value) => ({ value, label: languageName(value) }))]}
          onChange={(language) => desk.choose({ language })}
        />
        <Select
          label={search.votes}
          value={String(filter.votes)}
          options={VOTES.map((value) => ({
            value: String(value),
            label: value === 0 ? search.anyVotes : search.atLeast(value),
          }))}
          onChange={(votes) => desk.choose({ votes: Number(votes) })}
        />
      </div>
      <Toggle label={search.mine} checked={filter.mine} onChange={(mine) => desk.choose({ mine })} />
    </div>
  );
}

/** A filter is kept on this device: nobody may forget that it hides questions. */
export function Filtered({ desk }: { desk: Desk }) {
  if (!isActive(desk.filter.value)) return null;
  const { shown, all } = desk.board.found.value;
  return (
    <section class="filtered" aria-label={words().search.filter}>
      <Icon name="filter" />
      <p class="filtered-text numeric">{words().search.found(formatNumber(shown), formatNumber(all))}</p>
      <Button
        size="s"
        icon="close"
        onClick={() => {
          desk.filter.value = EVERYTHING;
        }}
      >
        {words().search.reset}
      </Button>
    </section>
  );
}
