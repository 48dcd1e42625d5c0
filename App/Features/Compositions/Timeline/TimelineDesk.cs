using Downbeat.Data;
using Downbeat.Features.Analysis;
using Downbeat.Features.Clips;
using Downbeat.Features.Compositions.Planning;
using Downbeat.Http;
using Microsoft.EntityFrameworkCore;

namespace Downbeat.Features.Compositions.Timeline;

/// <summary>The service of the timeline: look at the cut of a song's next video, change it by hand, and have exactly that rendered. Every change is kept at once.</summary>
internal sealed class TimelineDesk(IDbContextFactory<StudioDb> databases, CompositionStudio studio, SongAnalyst analyst, ClipLibrary clips, TimeProvider clock)
{
    private const int MostAttempts = 10;

    /// <summary>The draft of a song; as long as nothing was changed by hand, the plan of what was asked for last, or of the usual settings.</summary>
    /// <exception cref="StudioProblem">404 <c>song.not_found</c>; 409 <c>analysis.not_ready</c>; 422 <c>cut.infeasible</c>.</exception>
    public Task<OpenTimeline> GetAsync(Guid ownerId, Guid songId, CancellationToken stop) =>
        OpenAsync(ownerId, songId, async () => await LastSettingsAsync(ownerId, songId, stop) ?? new(), stop);

    /// <summary>What was asked for last, by the draft of a song or by its newest video, as far as it can still be had; null when there is neither.</summary>
    public async Task<CompositionSettings?> LastSettingsAsync(Guid ownerId, Guid songId, CancellationToken stop)
    {
        var newest = (await studio.ListAsync(ownerId, songId, new Paging(1, 1), stop)).Items is [var first, ..] ? first : null;
        var draft = await FindDraftAsync(ownerId, songId, stop);
        var last = draft?.Draft.UpdatedAt >= newest?.CreatedAt || newest is null ? draft?.Content.Settings : newest.Settings;
        return last is null ? null : await studio.WhatIsLeftAsync(ownerId, songId, last, stop);
    }

    /// <summary>Lays the plan of these settings on the table, unless there is a cut already that somebody works on: that one stays.</summary>
    /// <exception cref="StudioProblem">404 <c>song.not_found</c>, <c>clip.not_found</c>; 409 <c>analysis.not_ready</c>; 400 <c>request.field</c>; 422 <c>cut.infeasible</c>.</exception>
    public async Task BeginAsync(Guid ownerId, Guid songId, CompositionSettings settings, CancellationToken stop)
    {
        var open = await OpenAsync(ownerId, songId, () => Task.FromResult(settings), stop);
        if (open.Draft is null)
        {
            await TryAddAsync(ownerId, open, Step.None, stop);
        }
    }

    /// <summary>Makes an edit.</summary>
    /// <returns>The timeline after it.</returns>
    /// <exception cref="StudioProblem">
    /// 404 <c>song.not_found</c>, <c>clip.not_found</c>; 409 <c>analysis.not_ready</c>, <c>timeline.changed</c>; 400 <c>request.field</c>; 422 <c>timeline.infeasible</c>, <c>cut.infeasible</c>.
    /// </exception>
    public Task<OpenTimeline> EditAsync(Guid ownerId, Guid songId, TimelineEdit edit, CancellationToken stop) => ChangeAsync(
        ownerId, songId, edit.Version, open => Put(open, open.Content with { Cut = ByHand(open.Cut, edit.Apply(open.Cut, open.Clips, open.Marks)) }), stop);

    /// <summary>Moves every cut to the nearest beat of the song as it is heard now; clips, transitions and effects stay as they are.</summary>
    /// <returns>The timeline after it.</returns>
    /// <exception cref="StudioProblem">404 <c>song.not_found</c>; 409 <c>analysis.not_ready</c>, <c>timeline.changed</c>.</exception>
    public Task<OpenTimeline> FollowAsync(Guid ownerId, Guid songId, int? version, CancellationToken stop) => ChangeAsync(
        ownerId, songId, version, open => Put(open, open.Content with { Cut = ByHand(open.Cut, open.FollowMarks()), GridPrint = open.Grid.Fingerprint() }), stop);

    /// <summary>Puts another cut on the table: a fresh plan, in which locked shots stay, or the cut of a video as it was made. It can be undone.</summary>
    /// <returns>The timeline after it.</returns>
    /// <exception cref="StudioProblem">
    /// 404 <c>song.not_found</c>, <c>composition.not_found</c>, <c>clip.not_found</c>; 409 <c>analysis.not_ready</c>, <c>timeline.changed</c>; 400 <c>request.field</c>; 422 <c>cut.infeasible</c>.
    /// </exception>
    public async Task<OpenTimeline> StartAsync(Guid ownerId, Guid songId, TimelineStart start, CancellationToken stop)
    {
        if (start.CompositionId is { } id)
        {
            var made = await studio.PlanOfAsync(ownerId, id, stop);
            var content = made.SongId == songId ? new DraftContent(made.Cut, made.Settings, made.GridPrint) : throw StudioProblem.NotFound("composition");
            return await ChangeAsync(ownerId, songId, start.Version, open => Put(open, content), stop);
        }

        var seen = await GetAsync(ownerId, songId, stop);
        var plan = await PlanAsync(ownerId, songId, start.Settings ?? new(), seen.Cut.Captions, stop);
        return await ChangeAsync(ownerId, songId, start.Version, open => Put(open, plan with { Cut = open.With(null, plan).KeepLocked(open.Cut) }), stop);
    }

    /// <summary>Takes the last change back.</summary>
    /// <returns>The timeline after it.</returns>
    /// <exception cref="StudioProblem">404 <c>song.not_found</c>; 409 <c>analysis.not_ready</c>, <c>timeline.changed</c>, <c>timeline.nothing_to_undo</c>.</exception>
    public Task<OpenTimeline> UndoAsync(Guid ownerId, Guid songId, int? version, CancellationToken stop) => ChangeAsync(ownerId, songId, version, open => new(open.History.Undo(), null), stop);

    /// <summary>Makes the change again that was taken back last.</summary>
    /// <returns>The timeline after it.</returns>
    /// <exception cref="StudioProblem">404 <c>song.not_found</c>; 409 <c>analysis.not_ready</c>, <c>timeline.changed</c>, <c>timeline.nothing_to_redo</c>.</exception>
    public Task<OpenTimeline> RedoAsync(Guid ownerId, Guid songId, int? version, CancellationToken stop) => ChangeAsync(ownerId, songId, version, open => new(open.History.Redo(), null), stop);

    /// <summary>Has exactly this cut rendered. The same key gives the same composition.</summary>
    /// <exception cref="StudioProblem">
    /// 404 <c>song.not_found</c>; 409 <c>analysis.not_ready</c>, <c>timeline.changed</c>, <c>request.idempotency_key</c>; 400 <c>request.field</c>; 422 <c>composition.clip_gone</c>, <c>cut.infeasible</c>; 429 <c>composition.too_many</c>.
    /// </exception>
    public async Task<CompositionView> RenderAsync(Guid ownerId, Guid songId, TimelineRender render, string? idempotencyKey, CancellationToken stop)
    {
        var open = await GetAsync(ownerId, songId, stop);
        if (render.Version is { } version && version != open.Version)
        {
            throw Changed();
        }

        if (open.Cut.Shots.Any(shot => !open.Clips.ContainsKey(shot.ClipId)))
        {
            throw new StudioProblem(422, "composition.clip_gone", "A shot shows a clip that has been deleted; choose another clip for it.");
        }

        var asked = open.Content.Settings;
        var settings = (render.Preset is { } preset ? asked.WithPreset(preset) : asked) with { Priority = render.Priority ?? asked.Priority };
        _ = settings.RenderPreset;
        _ = CompositionSettings.InRange(settings.Priority ?? 5, 0, 9, "priority");
        return await studio.StartAsync(ownerId, songId, settings, open.Cut, open.Content.GridPrint, idempotencyKey, stop);
    }

    // Where there is no draft, the plan of these settings; they are asked for only then.
    private async Task<OpenTimeline> OpenAsync(Guid ownerId, Guid songId, Func<Task<CompositionSettings>> settings, CancellationToken stop)
    {
        var analysis = await analyst.GetAsync(ownerId, songId, stop);
        var ready = (await clips.ListAsync(ownerId, songId, stop)).Where(clip => clip.Status == ClipStatus.Completed).ToList();
        var found = await FindDraftAsync(ownerId, songId, stop);
        return new(songId, found?.Draft, found?.Content ?? await PlanAsync(ownerId, songId, await settings(), null, stop), analysis.ToBeatGrid(), ready);
    }

    // The words are kept once, in the cut: with the settings every state of a draft would hold them again.
    private async Task<DraftContent> PlanAsync(Guid ownerId, Guid songId, CompositionSettings settings, Captions? words, CancellationToken stop)
    {
        var request = await studio.RequestAsync(ownerId, songId, settings, words, stop);
        return new(CutPlanner.Plan(request), settings with { Captions = settings.Captions?.WithoutText() }, request.Grid.Fingerprint());
    }

    private async Task<(Draft Draft, DraftContent Content)?> FindDraftAsync(Guid ownerId, Guid songId, CancellationToken stop)
    {
        await using var db = await databases.CreateDbContextAsync(stop);
        return await db.FindDraftAsync(ownerId, songId, stop);
    }

    private static Cut ByHand(Cut before, Cut after) => after.ToJson() == before.ToJson() ? after : after with { IsByHand = true };

    private static Step Put(OpenTimeline open, DraftContent content) => content.IsSameAs(open.Content) ? Step.None : new(open.History.Do(), content);

    private async Task<OpenTimeline> ChangeAsync(Guid ownerId, Guid songId, int? version, Func<OpenTimeline, Step> change, CancellationToken stop)
    {
        for (var attempt = 0; attempt < MostAttempts; attempt++)
        {
            var open = await GetAsync(ownerId, songId, stop);
            if (version is not null && version != open.Version)
            {
                throw Changed();
            }

            var step = change(open);
            if (step == Step.None)
            {
                return open;
            }

            if (await (open.Draft is { } seen ? TryMoveAsync(open, seen, step, stop) : TryAddAsync(ownerId, open, step, stop)) is { } changed)
            {
                return changed;
            }
        }

        throw Changed();
    }

    // Null: somebody else has made a draft of this song at the same moment, or the song is gone. In turn, so that this is found before the database refuses it.
    private Task<OpenTimeline?> TryAddAsync(Guid ownerId, OpenTimeline open, Step step, CancellationToken stop) => databases.InTurnOfAsync(
        ownerId,
        async db =>
        {
            if (!await db.MayHaveDraftAsync(ownerId, open.SongId, stop))
            {
                return null;
            }

            var draft = new Draft { OwnerId = ownerId, SongId = open.SongId, Version = 1, OldestState = 0, CurrentState = step.History.Current, NewestState = step.History.Newest, UpdatedAt = clock.GetUtcNow() };
            db.AddDraft(draft, step.Added is { } added ? [open.Content, added] : [open.Content]);
            await db.SaveChangesAsync(stop);
            return open.With(draft, step.Added ?? open.Content);
        },
        stop);

    // Null: somebody else has changed the draft meanwhile.
    private async Task<OpenTimeline?> TryMoveAsync(OpenTimeline open, Draft seen, Step step, CancellationToken stop)
    {
        await using var db = await databases.CreateDbContextAsync(stop);
        await using var transaction = await db.Database.BeginTransactionAsync(stop);
        if (!await db.MoveDraftAsync(seen, step.History, clock.GetUtcNow(), stop))
        {
            return null;
        }

        if (step.Added is { } added)
        {
            await db.AddStateAsync(seen.Id, step.History, added, stop);
            await db.SaveChangesAsync(stop);
        }

        var content = step.Added ?? await db.ReadStateAsync(seen.Id, step.History.Current, stop);
        await transaction.CommitAsync(CancellationToken.None);
        (seen.Version, seen.OldestState, seen.CurrentState, seen.NewestState) = (seen.Version + 1, step.History.Oldest, step.History.Current, step.History.Newest);
        return open.With(seen, content);
    }

    private static StudioProblem Changed() => new(409, "timeline.changed", "The cut was changed elsewhere meanwhile; look at it as it is now and try again.");

    /// <summary>A change of the draft.</summary>
    /// <param name="History">The history after it.</param>
    /// <param name="Added">What it puts into the history; null when it goes to what is there.</param>
    private readonly record struct Step(DraftHistory History, DraftContent? Added)
    {
        /// <summary>Nothing changes.</summary>
        public static Step None => default;
    }
}
