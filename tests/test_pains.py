"""What people suffer from with such systems, and the tests that show that they do not with this one.

Gathered from the issue trackers of the open-source systems of the field and from reports on real events. Each row is
a pain of the audience, of moderators or of speakers; a row whose test is gone, or was renamed, fails here.
"""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

PAINS = {
    "a message is not sent while offline, yet confirmed": (
        "tests/edge/test_websocket.py::test_a_hundred_sockets_lost_between_question_and_ack_leave_a_hundred_questions",
        "web/lib/podium.test.ts::a hundred sockets lost between question and answer leave a hundred questions with their numbers",
        "tests/e2e/test_questions.py::test_a_hundred_sockets_lost_between_question_and_answer_leave_a_hundred_questions",
    ),
    "my question disappears under moderation": (
        "tests/test_hub.py::test_the_asker_reads_every_step_as_a_receipt_and_a_stranger_none",
        "tests/e2e/test_questions.py::test_draft_receipts_and_votes_language_and_theme_are_there_again_after_a_reload",
    ),
    "questions arrive half an hour late; rights lost on reload": (
        "tests/edge/test_websocket.py::test_a_moderator_reads_when_a_question_came_and_is_one_still_after_a_reload",
        "tests/e2e/test_questions.py::test_roles_survive_a_reload_and_leave_the_address_bar",
    ),
    "only moderators should read incoming questions": (
        "tests/test_views.py::test_no_character_of_a_question_that_is_not_public_reaches_an_audience",
        "tests/test_boundary.py::test_no_frame_to_anybody_but_staff_holds_what_is_not_public_at_that_moment",
        "tests/export/test_record.py::test_no_character_of_a_question_that_is_not_public_is_in_a_public_export",
        "tests/test_duplicates.py::test_the_audience_is_never_pointed_to_a_question_that_is_not_public",
    ),
    "the on-site moderator has only a phone": (
        "tests/e2e/test_questions.py::test_with_one_thumb_from_the_inbox_to_answered",
    ),
    "lists reorder or flicker under the hand": (
        "tests/e2e/test_questions.py::test_the_inbox_stands_still_under_a_moderators_hand",
        "tests/e2e/test_questions.py::test_new_questions_wait_while_a_pointer_or_the_focus_is_in_the_public_list_and_while_it_is_stopped",
    ),
    "two moderators overwrite each other": (
        "tests/e2e/test_questions.py::test_two_moderators_want_the_stage_at_once_and_one_is_told",
        "tests/moderation/test_decide.py::test_every_step_of_a_moderator_can_be_undone",
        "tests/test_presence.py::test_who_looks_at_a_question_is_seen_until_the_look_expires",
        "tests/e2e/test_company.py::test_a_colleague_sees_who_looks_at_a_question_until_the_look_expires_and_nothing_moves",
    ),
    "a co-host answered and the stage does not know": (
        "tests/test_views.py::test_when_a_colleague_marks_it_answered_the_prompter_is_told_with_the_same_number",
    ),
    "late joiners miss state": (
        "tests/test_views.py::test_a_late_joiner_is_told_what_is_on_air_what_was_answered_and_where_this_is",
    ),
    "duplicates burden moderators": (
        "tests/test_duplicates.py::test_questions_that_mean_the_same_are_suggested_both_ways",
        "tests/test_views.py::test_votes_of_merged_questions_count_each_person_once",
        "tests/e2e/test_life.py::test_the_askers_of_merged_questions_follow_the_one_that_goes_on",
    ),
    "queue by speaking time; quiet people first": (
        "tests/moderation/test_fairness.py::test_shares_tell_questions_and_minutes_of_each_panellist",
        "tests/moderation/test_fairness.py::test_first_comes_who_has_spoken_least_in_whole_minutes",
    ),
    "export only after the end; rejected items leak": (
        "tests/export/test_record.py::test_an_export_in_mid_event_is_a_prefix_of_the_final_one",
        "tests/export/test_record.py::test_everybody_gets_the_questions_that_are_public_now",
    ),
    "e-mail and identities kept": (
        "tests/test_erasure.py::test_after_a_purge_nobody_of_the_audience_is_known_anywhere_and_all_numbers_stay",
        "tests/test_purge.py::test_who_asked_is_forgotten_and_what_was_asked_is_not",
        "tests/test_erasure.py::test_after_a_redaction_no_file_export_or_log_holds_a_trace",
    ),
    "no trace of what moderators did": (
        "tests/test_chain.py::test_any_change_of_any_field_is_found_at_its_line",
        "tests/export/test_record.py::test_an_export_in_mid_event_is_a_prefix_of_the_final_one",
        "tests/test_views.py::test_after_the_end_everybody_reads_what_became_of_all_questions",
    ),
    "votes stuffed by scripts": (
        "tests/test_tokens.py::test_a_device_keeps_its_identity_for_years",
        "tests/test_pace.py::test_a_burst_is_in_time_and_what_follows_waits",
        "tests/moderation/test_bursts.py::test_many_first_votes_for_one_question_in_a_short_time_are_a_burst",
        "tests/test_views.py::test_moderators_are_told_of_a_burst_of_first_votes_and_others_are_not",
    ),
    "stressed speakers overlook weak signals; blanking the screen is not noticed": (
        "tests/e2e/test_prompt_cues.py::test_colours_are_inverted_in_three_pulses_at_most_three_a_second",
        "tests/e2e/test_prompt_cues.py::test_a_cue_calls_again_slowly_until_it_is_acknowledged",
        "tests/e2e/test_prompt_cues.py::test_with_reduced_motion_a_cue_does_not_pulse_and_cannot_be_missed",
    ),
    "clock frozen behind a proxy and nobody knew": (
        "tests/e2e/test_host.py::test_a_clock_that_the_host_starts_is_the_same_on_all_screens_whatever_their_clocks_say",
        "tests/e2e/test_host.py::test_the_host_finds_a_screen_and_sees_when_it_falls_silent_before_its_speaker_does",
        "tests/e2e/test_prompt_offline.py::test_a_minute_without_network_and_a_reload_keep_question_script_place_and_clock_and_no_token",
    ),
    "push text, tempo and cues from afar": (
        "tests/e2e/test_host.py::test_a_script_that_the_host_edits_arrives_at_once_and_keeps_what_the_speaker_writes",
        "tests/e2e/test_host.py::test_the_host_sets_speed_and_place_of_a_running_script_from_afar_also_over_a_reload",
        "tests/e2e/test_prompt.py::test_every_option_is_set_up_by_the_address_and_remembered_by_the_device",
        "tests/e2e/test_prompt_cues.py::test_sent_delivered_shown_read_are_told_to_the_sender",
    ),
    "paragraph steps for people who are not professionals; page-turner clickers": (
        "tests/e2e/test_prompt_script.py::test_page_turner_keys_step_paragraphs_and_b_and_full_stop_run_the_text",
        "web/prompt/scroller.test.ts::hears pedals that send arrows and a space, unless the key is used already",
    ),
    "mirror only the glass screen; the mirror button must not be mirrored": (
        "tests/e2e/test_prompt.py::test_mirror_turns_the_inner_surface_only_also_while_waiting",
    ),
    "speaker must choose between notes and interaction": (
        "tests/e2e/test_prompt_script.py::test_script_and_question_stand_on_one_screen_and_share_no_pixel",
    ),
    "timer that may differ from the schedule": (
        "tests/e2e/test_prompt_hall.py::test_a_speakers_clock_gets_a_minute_more_stands_still_counts_up_and_goes",
        "tests/e2e/test_host.py::test_a_clock_that_the_host_starts_is_the_same_on_all_screens_whatever_their_clocks_say",
    ),
    "remote panellists": (
        "tests/e2e/test_questions.py::test_roles_survive_a_reload_and_leave_the_address_bar",
        "tests/e2e/test_prompt_hall.py::test_the_picture_is_off_unless_asked_for_and_then_small_silent_and_beside_everything",
        "tests/e2e/test_prompt_hall.py::test_take_pass_on_more_time_repeat_and_skip_reach_the_moderators_and_change_nothing",
    ),
}


def exists(test: str) -> bool:
    path, _, name = test.partition("::")
    text = (ROOT / path).read_text(encoding="utf-8")
    if path.endswith(".ts"):
        return bool(re.search(rf'^\s*(?:it|test)\(\s*"{re.escape(name)}"', text, re.MULTILINE))
    return bool(re.search(rf"^(?:async )?def {name}\(", text, re.MULTILINE))


@pytest.mark.parametrize("pain", PAINS)
def test_nobody_suffers_from_it_here(pain: str) -> None:
    assert [test for test in PAINS[pain] if not exists(test)] == []


def test_a_test_that_is_gone_would_be_missed() -> None:
    assert not exists("tests/test_hub.py::test_the_asker_reads_every_step")
    assert not exists("web/lib/podium.test.ts::a thousand sockets")
