using Downbeat.Features.Analysis;
using Downbeat.Features.Clips.Drawing;
using Downbeat.Features.Clips.Planning;
using Downbeat.Features.Lyrics;
using Downbeat.Http;
using Downbeat.Jobs;
using Microsoft.EntityFrameworkCore;

namespace Downbeat.Features.Clips.Generating;

/// <summary>Plans clips for a song and has them made.</summary>
internal sealed class ClipMaker(SongAnalyst analyst, LyricSheet lyrics, ClipLibrary library, ClipGenerators generators, DrawnClips drawn, JobDesk desk, TimeProvider clock)
{
    // Of a long slot the beginning tells enough, and costs little to listen to.
    private const double MostPreviewSeconds = 20;
    private const int MostOfSong = 2;

    /// <summary>Divides a song among clips and writes what is to be seen in each.</summary>
    /// <exception cref="StudioProblem">404 <c>song.not_found</c>; 409 <c>analysis.not_ready</c>; what <see cref="ClipSlots.Divide"/> and <see cref="SceneWriter"/> refuse.</exception>
    public async Task<IReadOnlyList<ClipSlot>> PlanAsync(Guid ownerId, Guid songId, ClipPlanWish wish, CancellationToken stop)
    {
        var analysis = await analyst.GetAsync(ownerId, songId, stop);
        var slots = ClipSlots.Divide(analysis, wish.MinSeconds, wish.MaxSeconds, Choices.Read<SlotsOn>(wish.CutOn, "cutOn") ?? SlotsOn.Downbeat, wish.Count);
        return await WriteAsync(ownerId, analysis, wish, slots, [.. slots.Select(_ => (SceneWish?)null)], stop);
    }

    /// <summary>Has clips made, each by a job of its own, all under one that stands for them.</summary>
    /// <param name="ownerId">The caller.</param>
    /// <param name="songId">The song.</param>
    /// <param name="wish">What is wanted.</param>
    /// <param name="idempotencyKey">The same key gives the same job.</param>
    /// <param name="stop">Ends the waiting.</param>
    /// <returns>The job that stands for all.</returns>
    /// <exception cref="StudioProblem">As <see cref="PlanAsync"/>; 400 <c>request.field</c>; 409 <c>generator.not_configured</c>, <c>clip.quota_reached</c>, <c>request.idempotency_key</c>.</exception>
    public async Task<Job> GenerateAsync(Guid ownerId, Guid songId, GenerateWish wish, string? idempotencyKey, CancellationToken stop)
    {
        if (await desk.FindByKeyAsync(ownerId, JobKind.ClipGeneration, songId, idempotencyKey, stop) is { } known)
        {
            return known;
        }

        var generator = generators.Ready(wish.Generator);
        var (width, height) = SizeOf(wish.Shape, wish.Lines);
        var slots = await SlotsAsync(ownerId, songId, wish, stop);
        var picture = await library.KnownPictureAsync(ownerId, songId, wish.Picture, slots.Any(slot => Visuals.Of(slot.Scene!.Visual).NeedsPicture), stop);
        await generator.EnsureAsync(ownerId, slots.Count, stop);
        List<Clip> clips = [.. slots.Select(slot => new Clip
        {
            OwnerId = ownerId,
            SongId = songId,
            Source = ClipSource.Generated,
            Title = TitleOf(slot),
            Prompt = slot.Scene!.Prompt,
            Generator = generator.Name,
            SongStart = generator == drawn ? slot.Start : null,
            CreatedAt = clock.GetUtcNow(),
        })];
        try
        {
            return await library.RequestAllAsync(
                clips, JobKind.ClipGeneration, i => new GenerateClip(clips[i].Id, songId, generator.Name, slots[i].Start, slots[i].End, slots[i].Scene!, width, height, wish.IsLoop, picture), idempotencyKey, stop);
        }
        catch (DbUpdateException) when (idempotencyKey is not null)
        {
            // Two requests with one key at the same moment: the other one was first.
            return await desk.FindByKeyAsync(ownerId, JobKind.ClipGeneration, songId, idempotencyKey, stop) ?? throw StudioProblem.NotFound("song");
        }
    }

    /// <summary>A picture of what the built-in generator will draw.</summary>
    /// <param name="ownerId">The caller.</param>
    /// <param name="songId">The song.</param>
    /// <param name="slot">For which slot; start and end are needed.</param>
    /// <param name="shape">landscape, portrait or square.</param>
    /// <param name="picture">As in <see cref="ClipPlanWish.Picture"/>.</param>
    /// <param name="stop">Ends it.</param>
    /// <returns>A JPEG.</returns>
    /// <exception cref="StudioProblem">As for <see cref="GenerateAsync"/>.</exception>
    public async Task<byte[]> PreviewAsync(Guid ownerId, Guid songId, SlotWish slot, string? shape, string? picture, CancellationToken stop)
    {
        var (width, height) = SizeOf(shape, null);
        var analysis = await analyst.GetAsync(ownerId, songId, stop);
        var wanted = SlotOf(slot, 0, [], analysis);
        var scene = (await WriteAsync(ownerId, analysis, new() { Picture = picture }, [wanted], [slot.Scene], stop))[0].Scene!;
        var known = await library.KnownPictureAsync(ownerId, songId, picture, Visuals.Of(scene.Visual).NeedsPicture, stop);
        return await drawn.PreviewAsync(ownerId, new(Guid.Empty, songId, drawn.Name, wanted.Start, Math.Min(wanted.End, wanted.Start + MostPreviewSeconds), scene, width, height, false, known), stop);
    }

    /// <summary>The slots that are wanted, each with its scene.</summary>
    private async Task<IReadOnlyList<ClipSlot>> SlotsAsync(Guid ownerId, Guid songId, GenerateWish wish, CancellationToken stop)
    {
        if (wish.Slots is not { } wanted)
        {
            return await PlanAsync(ownerId, songId, wish, stop);
        }

        if (wanted.Count is 0 or > ClipSlots.Most)
        {
            throw StudioProblem.Field("slots", $"Name 1 to {ClipSlots.Most} slots, or leave them out for all of the plan.");
        }

        var analysis = await analyst.GetAsync(ownerId, songId, stop);
        if (wanted.Any(slot => slot is null))
        {
            throw StudioProblem.Field("slots", "Slots are objects.");
        }

        var plan = wanted.Any(slot => slot.Start is null || slot.End is null) ? await PlanAsync(ownerId, songId, wish, stop) : [];
        List<ClipSlot> slots = [.. wanted.Select((slot, i) => SlotOf(slot, i, plan, analysis))];

        // A plan names each place once; by hand the same could be asked for without end.
        return slots.Sum(slot => slot.End - slot.Start) <= MostOfSong * analysis.DurationSeconds
            ? await WriteAsync(ownerId, analysis, wish, slots, [.. wanted.Select(slot => slot.Scene)], stop)
            : throw StudioProblem.Field("slots", $"All slots together last at most {MostOfSong} times as long as the song.");
    }

    private static ClipSlot SlotOf(SlotWish wish, int index, IReadOnlyList<ClipSlot> plan, SongAnalysis analysis)
    {
        if (wish is { Start: null, End: null, Index: { } planned } && planned >= 0 && planned < plan.Count)
        {
            return plan[planned];
        }

        return wish is { Start: { } start, End: { } end } && start >= 0 && end - start >= ClipSlots.Least && end <= analysis.DurationSeconds + 0.05 && end - start <= 600
            ? new(index, start, end, null, null, ClipSlots.SectionOf(analysis, start, end))
            : throw StudioProblem.Field("slots", $"A slot has an index of the plan, or a start and an end inside of the song that lie at least {ClipSlots.Least} seconds apart.");
    }

    private async Task<IReadOnlyList<ClipSlot>> WriteAsync(Guid ownerId, SongAnalysis analysis, ClipPlanWish wish, IReadOnlyList<ClipSlot> slots, IReadOnlyList<SceneWish?> scenes, CancellationToken stop)
    {
        var style = wish.Style is { Length: > 0 } name ? DrawingStyles.Of(name) : null;
        var hasWords = (await lyrics.FindAsync(ownerId, analysis.SongId, stop))?.Lines.Any(line => line.Start is not null) ?? false;
        if (wish.Picture == "cover")
        {
            await drawn.EnsureCoverAsync(ownerId, analysis.SongId, stop);
        }

        var hasPicture = wish.Picture is not null || await library.HasStillAsync(ownerId, analysis.SongId, stop);
        var writer = new SceneWriter(analysis, style, hasPicture, hasWords, wish.Seed ?? analysis.SongId.GetHashCode());
        return [.. slots.Zip(writer.Write(slots, scenes), (slot, scene) => slot with { Scene = scene })];
    }

    private static (int Width, int Height) SizeOf(string? shape, int? wanted)
    {
        var lines = wanted is null or 720 or 1080 or 1440 or 2160 ? wanted ?? 1080 : throw StudioProblem.Field("lines", "lines is one of 720, 1080, 1440, 2160.");
        return shape switch
        {
            null or "landscape" => (lines * 16 / 9, lines),
            "portrait" => (lines, lines * 16 / 9),
            "square" => (lines, lines),
            _ => throw StudioProblem.Field("shape", "shape is one of landscape, portrait, square."),
        };
    }

    private static string TitleOf(ClipSlot slot) => $"{Visuals.Of(slot.Scene!.Visual).Title} · {slot.Section ?? "song"} {(int)slot.Start / 60}:{(int)slot.Start % 60:00}";
}

/// <summary>How a song is to be divided among clips, and what is to be seen.</summary>
internal record ClipPlanWish
{
    /// <summary>Shortest slot, 0.5 to 600 seconds; 3 when it is left out.</summary>
    public double? MinSeconds { get; init; }

    /// <summary>Longest slot; 6 when it is left out, more in long songs.</summary>
    public double? MaxSeconds { get; init; }

    /// <summary>How many slots, 1 to 64; when it is left out, what the lengths give.</summary>
    public int? Count { get; init; }

    /// <summary>beat, downbeat or section; downbeat when it is left out.</summary>
    public string? CutOn { get; init; }

    /// <summary>Look of all scenes; what suits the song when it is left out.</summary>
    public string? Style { get; init; }

    /// <summary>Picture to make something of: <c>cover</c>, or the id of a still among the song's clips.</summary>
    public string? Picture { get; init; }

    /// <summary>Which of all choices; one of the song's own when it is left out.</summary>
    public int? Seed { get; init; }
}

/// <summary>Which clips are to be made.</summary>
internal sealed record GenerateWish : ClipPlanWish
{
    /// <summary>Who makes them; the built-in generator when it is left out.</summary>
    public string? Generator { get; init; }

    /// <summary>For which slots; for all of the plan when it is left out.</summary>
    public IReadOnlyList<SlotWish>? Slots { get; init; }

    /// <summary>landscape, portrait or square.</summary>
    public string? Shape { get; init; }

    /// <summary>Pixels of the short side: 720, 1080, 1440 or 2160; 1080 when it is left out.</summary>
    public int? Lines { get; init; }

    /// <summary>Whether the end of each clip shall lead to its beginning.</summary>
    public bool IsLoop { get; init; }
}

/// <summary>A slot that a clip is wanted for, as the plan gave it or with changes.</summary>
/// <param name="Index">Its place in the plan.</param>
/// <param name="Start">Where it begins, in seconds; where the plan says when it is left out.</param>
/// <param name="End">Where it ends.</param>
/// <param name="Scene">What is to be seen; what is left out is chosen.</param>
internal sealed record SlotWish(int? Index = null, double? Start = null, double? End = null, SceneWish? Scene = null);
