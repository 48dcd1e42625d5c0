using System.Globalization;
using Downbeat.Components;
using Downbeat.Features.Clips;
using Downbeat.Features.Compositions.Planning;
using Downbeat.Timing;
using Microsoft.AspNetCore.Components;

namespace Downbeat.Features.Compositions.Timeline;

/// <summary>The tools for one shot.</summary>
public sealed partial class ShotTools
{
    private static readonly (string Label, string Name, int Direction, Snap Snap)[] Moves =
    [
        ("‹‹ bar", "One bar earlier", -1, Snap.Bar), ("‹ beat", "One beat earlier", -1, Snap.Beat), ("beat ›", "One beat later", 1, Snap.Beat), ("bar ››", "One bar later", 1, Snap.Bar),
    ];

    private Resting<double?> slip = default!;

    /// <summary>The cut.</summary>
    [Parameter, EditorRequired]
    public OpenTimeline Open { get; set; } = default!;

    /// <summary>The chosen shot.</summary>
    [Parameter]
    public int Selected { get; set; }

    /// <summary>Called with an edit of the chosen shot.</summary>
    [Parameter]
    public EventCallback<TimelineEdit> Edit { get; set; }

    /// <summary>Called to choose another shot.</summary>
    [Parameter]
    public EventCallback<int> Choose { get; set; }

    /// <summary>Called to move its beginning: −1 or 1, and to what.</summary>
    [Parameter]
    public EventCallback<(int Direction, Snap Snap)> Move { get; set; }

    /// <summary>Called to split it.</summary>
    [Parameter]
    public EventCallback Split { get; set; }

    /// <summary>Called to add an effect to it.</summary>
    [Parameter]
    public EventCallback AddEffect { get; set; }

    [Inject]
    private TimeProvider Clock { get; set; } = default!;

    private Shot Shot => Open.Cut.Shots[Selected];

    private bool IsLast => Selected == Open.Cut.Shots.Count - 1;

    // Where there are no bars the place is the time already.
    private IEnumerable<string> Facts => new[] { ShotWords.Start(Open, Shot), ClockTime.Text(Open.SongSeconds(Shot.Frames.Start), 1), ShotWords.Length(Open.Cut, Shot) }.Distinct();

    private Clip? Clip => Open.Footage.FirstOrDefault(clip => clip.Id == Shot.ClipId);

    private (double Least, double Most) Room => TimelineEdits.RoomInClip(Open.Cut, Selected, Open.Clips[Shot.ClipId]);

    private double Missing => Clip is null ? 0 : TimelineEdits.MissingSeconds(Open.Cut, Selected, Open.Clips[Shot.ClipId]);

    private bool CanTurn => TimelineEdits.CanTurn(Open.Cut, Open.Clips[Shot.ClipId]);

    private double Slipped => slip.Value ?? Shot.SourceStartSeconds;

    private IReadOnlyList<ShotEffect> Effects => Open.EffectsOf(Shot);

    private bool CanSplit => TimelineEdits.RoomInside(Open.Cut, Selected) is var (least, most) && Open.Marks.Next(least - 1, 1, Snap.Beat, least, most) is not null;

    private string TransitionCode => Shot.Transition is { } transition ? ShotWords.Code(transition.Kind) : "cut";

    private double TransitionSeconds => Shot.Transition is { } transition ? Open.Cut.Rate.SecondsAt(transition.Frames) : 0.5;

    /// <inheritdoc/>
    protected override void OnInitialized() => slip = new(Clock, seconds => EditAsync(new() { SourceStart = seconds }));

    private static string Number(double value) => value.ToString("0.###", CultureInfo.InvariantCulture);

    private static string FillingName(Filling filling) => filling switch
    {
        Filling.Hold => "its last picture stays",
        Filling.Loop => "it starts again",
        Filling.PingPong => "it runs back and forth",
        _ => ShotWords.Name(filling),
    };

    private bool CanMove(int direction, Snap snap) =>
        TimelineEdits.RoomOfStart(Open.Cut, Selected) is var (least, most) && Open.Marks.Next(Shot.Frames.Start, direction, snap, least, most) is not null;

    private Task EditAsync(TimelineEdit edit) => Edit.InvokeAsync(edit with { Shot = Selected });

    private Task SlipAsync(string? text) => double.TryParse(text, CultureInfo.InvariantCulture, out var seconds) ? slip.SetAsync(seconds) : Task.CompletedTask;

    private Task SetTransitionSecondsAsync(string? text) =>
        double.TryParse(text, CultureInfo.InvariantCulture, out var seconds) ? EditAsync(new() { Transition = new(TransitionCode, seconds) }) : Task.CompletedTask;

    private Task SetEffectAsync(int place, ShotEffect? changed) =>
        EditAsync(new() { Effects = [.. Effects.Select((effect, i) => i == place ? changed : effect).OfType<ShotEffect>()] });
}
