using Downbeat.Components;
using Downbeat.Features.Analysis;
using Downbeat.Features.Compositions.Planning;
using Downbeat.Features.Songs;
using Downbeat.Timing;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace Downbeat.Features.Compositions.Timeline;

/// <summary>A cut that is edited.</summary>
public sealed partial class TimelineEditor
{
    private static readonly (string[] Keys, string What)[] Keys =
    [
        (["←", "→"], "Choose a shot"),
        (["Shift ←", "Shift →"], "Move its beginning to another beat"),
        (["Ctrl ←", "Ctrl →"], "Move it to another bar"),
        (["Ctrl Shift ←", "Ctrl Shift →"], "Move it to another part of the song"),
        (["1", "…", "9", "0"], "Show another clip"),
        ([",", "."], "Start 0.1 s earlier or later in the clip"),
        (["<", ">"], "Start 1 s earlier or later in the clip"),
        (["S"], "Split at the beat that is playing, else in the middle"),
        (["M"], "Merge with the next shot"),
        (["L"], "Lock, so that a fresh plan keeps it"),
        (["E"], "Add an effect at its beginning"),
        (["Enter"], "Play from its beginning"),
        (["V"], "Preview the shot with its transitions, effects and words"),
        (["P"], "Preview ten seconds from where the song is"),
        (["Space"], "Play and pause"),
        (["Ctrl Z", "Ctrl Y"], "Undo and redo"),
        (["?"], "Show these keys"),
    ];

    private OpenTimeline open = default!;
    private OpenTimeline? given;
    private IReadOnlyList<WaveBand> bands = [];
    private SongAnalysis? banded;
    private Waveform? player;
    private ShotLane? lane;
    private Task last = Task.CompletedTask;
    private string preset = "fast";
    private string said = "";
    private int selected;
    private bool isBusy;
    private bool isShowingKeys;
    private (string Title, PreviewPart Part)? previewed;

    /// <summary>Whose song it is.</summary>
    [Parameter, EditorRequired]
    public Guid OwnerId { get; set; }

    /// <summary>The song.</summary>
    [Parameter, EditorRequired]
    public Song Song { get; set; } = default!;

    /// <summary>What was heard.</summary>
    [Parameter, EditorRequired]
    public SongAnalysis Analysis { get; set; } = default!;

    /// <summary>The cut as the page read it; a newer reading replaces what is shown.</summary>
    [Parameter, EditorRequired]
    public OpenTimeline Open { get; set; } = default!;

    /// <summary>Called with a video whose render has begun.</summary>
    [Parameter]
    public EventCallback<CompositionView> Started { get; set; }

    [Inject]
    private TimelineDesk Desk { get; set; } = default!;

    [Inject]
    private FilmPreviews Previews { get; set; } = default!;

    [Inject]
    private ISnackbar Snackbar { get; set; } = default!;

    /// <inheritdoc/>
    protected override void OnParametersSet()
    {
        if (!ReferenceEquals(given, Open))
        {
            preset = given is not null ? preset : Open.Content.Settings.Platform is not null ? "" : Open.Content.Settings.Preset ?? preset;
            given = Open;
            Show(Open);
        }

        // The same list as long as nothing changed: the waveform is told of a new one.
        if (!ReferenceEquals(banded, Analysis))
        {
            banded = Analysis;
            bands = [.. Analysis.Sections.Select(section => new WaveBand(section.Start, section.End, section.Label, section.Group))];
        }
    }

    private void Show(OpenTimeline next)
    {
        open = next;
        selected = Math.Clamp(selected, 0, open.Cut.Shots.Count - 1);
    }

    private async Task ChooseAsync(int shot)
    {
        selected = Math.Clamp(shot, 0, open.Cut.Shots.Count - 1);
        if (lane is not null)
        {
            await lane.ShowAsync(open, selected);
        }
    }

    private void Reach(int shot) => selected = Math.Clamp(shot, 0, open.Cut.Shots.Count - 1);

    private Task PressAsync(string key) => key switch
    {
        "ArrowRight" or "ArrowDown" => ChooseAsync(selected + 1),
        "ArrowLeft" or "ArrowUp" => ChooseAsync(selected - 1),
        "Home" => ChooseAsync(0),
        "End" => ChooseAsync(open.Cut.Shots.Count - 1),
        "Enter" => lane!.PlayAsync(selected).AsTask(),
        "Shift+ArrowRight" => MoveAsync(1, Snap.Beat),
        "Shift+ArrowLeft" => MoveAsync(-1, Snap.Beat),
        "Control+ArrowRight" => MoveAsync(1, Snap.Bar),
        "Control+ArrowLeft" => MoveAsync(-1, Snap.Bar),
        "Control+Shift+ArrowRight" => MoveAsync(1, Snap.Section),
        "Control+Shift+ArrowLeft" => MoveAsync(-1, Snap.Section),
        "," => SlipAsync(-0.1),
        "." => SlipAsync(0.1),
        "<" => SlipAsync(-1),
        ">" => SlipAsync(1),
        "s" => SplitAsync(selected),
        "m" => EditAsync(new() { Shot = selected, MergeNext = true }),
        "l" => EditAsync(selected, (seen, shot) => new() { Locked = !seen.Cut.Shots[shot].IsLocked }),
        "e" => AddEffectAsync(),
        "v" => PreviewShotAsync(),
        "p" => PreviewHereAsync(),
        "?" => ShowKeysAsync(),
        [>= '0' and <= '9'] => PickAsync(key[0] == '0' ? 9 : key[0] - '1'),
        _ => Task.CompletedTask,
    };

    private Task ShowKeysAsync()
    {
        isShowingKeys = true;
        return Task.CompletedTask;
    }

    private async Task PreviewShotAsync()
    {
        await ChangesAsync();
        previewed = ($"Shot {selected + 1}", new(null, null, selected));
        StateHasChanged();
    }

    // Where the song is before or behind the film, its beginning or its last second is meant.
    private async Task PreviewHereAsync()
    {
        var now = player is null ? 0 : (await player.PlaceAsync()).Seconds;
        await ChangesAsync();
        var (start, end) = (open.SongSeconds(0), open.SongSeconds(open.Cut.Frames));
        var from = Math.Clamp(now, start, Math.Max(start, end - 1));
        previewed = ($"From {ClockTime.Text(from, 1)}", new(from, null, null));
        StateHasChanged();
    }

    private Task PickAsync(int number) => number < open.Footage.Count
        ? EditAsync(new() { Shot = selected, ClipId = open.Footage[number].Id })
        : Say($"There is no clip {number + 1}.");

    private Task SlipAsync(double seconds) => EditAsync(selected, (seen, shot) => new() { SourceStart = Math.Max(0, seen.Cut.Shots[shot].SourceStartSeconds + seconds) });

    private Task MoveAsync(int direction, Snap snap) => EditAsync(selected, (seen, shot) =>
    {
        var (least, most) = TimelineEdits.RoomOfStart(seen.Cut, shot);
        var to = seen.Marks.Next(seen.Cut.Shots[shot].Frames.Start, direction, snap, least, most);
        return to is null ? null : new() { Start = to.Seconds, Snap = ShotWords.Code(snap) };
    });

    private Task MoveCutAsync(CutMove move) => EditAsync(new() { Shot = move.Shot, Start = move.Seconds });

    private async Task SplitAsync(int shot)
    {
        var now = player is null ? 0 : (await player.PlaceAsync()).Seconds;
        await EditAsync(shot, (seen, index) => TimelineEdits.PlaceToSplit(seen, index, now) is { } mark ? new() { Split = mark.Seconds } : null);
    }

    private Task AddEffectAsync() => EditAsync(selected, (seen, shot) =>
    {
        var it = seen.Cut.Shots[shot];
        var free = Enum.GetValues<EffectKind>().First(kind => seen.HitsOf(it).All(hit => hit.Kind != kind || hit.Frame != it.Frames.Start) || kind == EffectKind.Strobe);
        return new() { Effects = [.. seen.EffectsOf(it), new(ShotWords.Code(free), seen.SongSeconds(it.Frames.Start), null, null)] };
    });

    private Task EditAsync(TimelineEdit edit) => EditAsync(edit.Shot ?? selected, (_, _) => edit);

    // Null: from where things are there is nowhere to go.
    private Task EditAsync(int shot, Func<OpenTimeline, int, TimelineEdit?> wish)
    {
        TimelineEdit? made = null;
        return ChangeAsync(
            seen =>
            {
                made = shot < seen.Cut.Shots.Count && wish(seen, shot) is { } wanted ? wanted with { Shot = shot, Version = seen.Version } : null;
                return made is null ? Task.FromResult(seen) : Desk.EditAsync(OwnerId, Song.Id, made, CancellationToken.None);
            },
            after => made is null ? "There is no room for that." : ShotWords.Say(after, made),
            () => made is { Split: not null } ? shot + 1 : made is { MergeNext: true } && selected > shot ? selected - 1 : selected);
    }

    private int Locked => open.Cut.Shots.Count(shot => shot.IsLocked);

    private string Misfits => (open.CutsOffBeat, open.ShotsWithoutClip) switch
    {
        (0, 0) => "All of its cuts stand on beats all the same.",
        (var cuts, 0) => $"{cuts} of its {Wording.Count(open.Cut.Shots.Count - 1, "cut")} stand on no beat now.",
        (0, var gone) => $"Its cuts stand on beats, but {Wording.Count(gone, "shot")} lost the clip.",
        var (cuts, gone) => $"{cuts} of its {Wording.Count(open.Cut.Shots.Count - 1, "cut")} stand on no beat now, and {Wording.Count(gone, "shot")} lost the clip.",
    };

    private Task FollowAsync() => ChangeAsync(seen => Desk.FollowAsync(OwnerId, Song.Id, seen.Version, CancellationToken.None), _ => "The cut follows the beats that are heard now.");

    private Task UndoAsync() => ChangeAsync(seen => Desk.UndoAsync(OwnerId, Song.Id, seen.Version, CancellationToken.None), _ => "Undone.");

    private Task RedoAsync() => ChangeAsync(seen => Desk.RedoAsync(OwnerId, Song.Id, seen.Version, CancellationToken.None), _ => "Done again.");

    private Task StartAsync(CompositionSettings settings) => ChangeAsync(
        seen => Desk.StartAsync(OwnerId, Song.Id, new(seen.Version, null, settings), CancellationToken.None),
        after => $"Planned afresh: {Wording.Count(after.Cut.Shots.Count, "shot")}.");

    private async Task RenderAsync()
    {
        await ChangesAsync();
        isBusy = true;
        CompositionView? video = null;
        if (await Snackbar.TryAsync(async () => video = await Desk.RenderAsync(OwnerId, Song.Id, new(open.Version, preset.Length > 0 ? preset : null, null), null, CancellationToken.None)))
        {
            await Started.InvokeAsync(video!);
        }

        isBusy = false;
    }

    // What was pressed before is part of what is wanted; who asked for it has been told if it failed.
    private async Task ChangesAsync() => await last.ConfigureAwait(ConfigureAwaitOptions.ContinueOnCapturedContext | ConfigureAwaitOptions.SuppressThrowing);

    private Task Say(string sentence)
    {
        said = sentence;
        return Task.CompletedTask;
    }

    // One after the other: a quick hand builds each change on the one before, not on what it saw when it pressed.
    private Task ChangeAsync(Func<OpenTimeline, Task<OpenTimeline>> change, Func<OpenTimeline, string> say, Func<int>? select = null) => last = ChangeAfterAsync(last, change, say, select);

    private async Task ChangeAfterAsync(Task previous, Func<OpenTimeline, Task<OpenTimeline>> change, Func<OpenTimeline, string> say, Func<int>? select)
    {
        // Whoever asked for it has been told if it failed.
        await previous.ConfigureAwait(ConfigureAwaitOptions.ContinueOnCapturedContext | ConfigureAwaitOptions.SuppressThrowing);
        OpenTimeline? after = null;
        if (await Snackbar.TryAsync(async () => after = await change(open)))
        {
            // After a leap to another cut that shot is chosen which is seen there where the chosen one began.
            var (wasSelected, began) = (selected, open.SongSeconds(open.Cut.Shots[selected].Frames.Start));
            Show(after!);
            said = say(after!);
            selected = Math.Clamp(select?.Invoke() ?? open.ShotAt(began), 0, open.Cut.Shots.Count - 1);
            if (selected != wasSelected)
            {
                // The row of shots is to know the new cut before it goes to one of its shots.
                StateHasChanged();
                await ChooseAsync(selected);
            }
        }
        else
        {
            // Another tab may have been quicker.
            await Snackbar.TryAsync(async () => Show(await Desk.GetAsync(OwnerId, Song.Id, CancellationToken.None)));
        }

        StateHasChanged();
    }
}
