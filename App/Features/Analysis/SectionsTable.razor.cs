using System.Globalization;
using Downbeat.Components;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace Downbeat.Features.Analysis;

/// <summary>The parts of a song as a table in which each can be renamed, moved, split, merged and added.</summary>
public sealed partial class SectionsTable
{
    private string added = "chorus";
    private int? naming;
    private int refusals;
    private bool hasFocusToGive;
    private ElementReference nameField;

    /// <summary>What is in effect.</summary>
    [Parameter, EditorRequired]
    public SongAnalysis Analysis { get; set; } = default!;

    /// <summary>Tells where the song is.</summary>
    [Parameter, EditorRequired]
    public Func<ValueTask<WavePlace>> Place { get; set; } = default!;

    /// <summary>Called with a wish.</summary>
    [Parameter]
    public EventCallback<Correction> Correct { get; set; }

    [Inject]
    private ISnackbar Snackbar { get; set; } = default!;

    private IEnumerable<string> Names => SectionEdits.Labels.Union(Analysis.Sections.Select(part => part.Label));

    /// <summary>Reads minutes and seconds: <c>1:07.5</c>, or seconds alone.</summary>
    internal static bool TryReadClock(string? text, out double seconds)
    {
        seconds = 0;
        var parts = (text ?? "").Trim().Split(':');
        return parts.Length switch
        {
            1 => TryRead(parts[0], out seconds),
            2 => TryRead(parts[0], out var minutes) && TryRead(parts[1], out seconds) && seconds < 60 && double.IsFinite(seconds += 60 * minutes),
            _ => false,
        };
    }

    /// <inheritdoc/>
    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (hasFocusToGive)
        {
            hasFocusToGive = false;
            await nameField.FocusAsync();
        }
    }

    private static bool TryRead(string text, out double number) =>
        double.TryParse(text, NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out number);

    private static string Number(double seconds) => seconds.ToString("0.###", CultureInfo.InvariantCulture);

    private static string Clock(double seconds)
    {
        var tenths = Math.Round(seconds * 10);
        return string.Create(CultureInfo.InvariantCulture, $"{Math.Floor(tenths / 600)}:{tenths % 600 / 10:00.0}");
    }

    private Task ChooseNameAsync(int index, string? label)
    {
        if (string.IsNullOrEmpty(label))
        {
            (naming, hasFocusToGive) = (index, true);
            return Task.CompletedTask;
        }

        return RenameAsync(index, label);
    }

    private async Task RenameAsync(int index, string? label)
    {
        naming = null;
        if (!string.IsNullOrWhiteSpace(label))
        {
            await CorrectAsync(SectionEdits.Rename(Analysis.Sections, index, label.Trim()));
        }
    }

    private async Task MoveAsync(int index, string? text)
    {
        if (TryReadClock(text, out var seconds))
        {
            await CorrectAsync(SectionEdits.Move(Analysis.Sections, index, seconds));
        }
        else
        {
            Snackbar.Add("Write the start as minutes and seconds: 1:07.5", Severity.Error);
        }

        // What was refused, or moved onto a bar, still stands in the field: a new one shows what is so.
        refusals++;
    }

    private async Task SplitAsync(string? label)
    {
        var (now, _, _) = await Place();
        await Snackbar.TryAsync(() => CorrectAsync(SectionEdits.Split(Analysis.Sections, OnBar(now), label)));
    }

    // The nearest bar is where the border will stand; asking whether there is one already must ask there.
    private double OnBar(double now) => Analysis.Downbeats.Count == 0 ? now : Analysis.Downbeats.MinBy(bar => Math.Abs(bar - now));

    private Task CorrectAsync(IReadOnlyList<SectionWish> sections) => Correct.InvokeAsync(new() { Sections = sections });
}
