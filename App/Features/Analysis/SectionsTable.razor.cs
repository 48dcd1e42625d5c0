using System.Globalization;
using Downbeat.Components;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace Downbeat.Features.Analysis;

/// <summary>The parts of a song as a table in which each can be renamed, moved, split, merged and added.</summary>
public sealed partial class SectionsTable
{
    private string added = "chorus";
    private bool isOpen;
    private int? naming;
    private int sending;
    private bool hasFocusToGive;
    private ElementReference nameField;

    /// <summary>What is in effect.</summary>
    [Parameter, EditorRequired]
    public SongAnalysis Analysis { get; set; } = default!;

    /// <summary>Tells where the song is.</summary>
    [Parameter, EditorRequired]
    public Func<ValueTask<WavePlace>> Place { get; set; } = default!;

    /// <summary>Called with a wish: what to change about the analysis that is in effect by then.</summary>
    [Parameter]
    public EventCallback<Func<SongAnalysis, Correction>> Correct { get; set; }

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

    // What was chosen stays in its field until the answer is there; then each field shows what is in effect, moved onto a bar or refused.
    /// <inheritdoc/>
    protected override bool ShouldRender() => sending == 0;

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
            await CorrectAsync(index, (parts, place) => SectionEdits.Rename(parts, place, label.Trim()));
        }
    }

    private async Task MoveAsync(int index, string? text)
    {
        if (TryReadClock(text, out var seconds))
        {
            await CorrectAsync(index, (parts, place) => SectionEdits.Move(parts, place, seconds));
        }
        else
        {
            Snackbar.Add("Write the start as minutes and seconds: 1:07.5", Severity.Error);
        }
    }

    private async Task SplitAsync(string? label)
    {
        var (now, _, _) = await Place();

        // The bar near by is where the border will stand; asking whether there is one already must ask there.
        await CorrectAsync(seen => SectionEdits.Split(seen.Sections, CorrectedAnalysis.OnLine(now, seen.Downbeats), label));
    }

    private Task CorrectAsync(int index, Func<IReadOnlyList<SongSection>, int, IReadOnlyList<SectionWish>> edit)
    {
        var pressed = Analysis.Sections;
        return CorrectAsync(seen => edit(seen.Sections, SectionEdits.Find(seen.Sections, pressed, index)));
    }

    private async Task CorrectAsync(Func<SongAnalysis, IReadOnlyList<SectionWish>> edit)
    {
        sending++;
        try
        {
            await Correct.InvokeAsync(seen => new() { Sections = edit(seen) });
        }
        finally
        {
            sending--;
        }
    }
}
