namespace Downbeat.Networks;

/// <summary>One known network on this machine: whether its files are there and right, and its session while it is in memory. Safe for any number of threads.</summary>
internal sealed class NetworkPlace : IDisposable
{
    private readonly Network network;
    private readonly NetworkFiles files;
    private readonly int threads;
    private readonly TimeProvider clock;
    private readonly ILogger logger;

    // Reading and loading files, which may take seconds, happens under the first lock, one at a time; the fields are changed under the second, which is held at most for a look at the files' sizes and times.
    private readonly Lock work = new();
    private readonly Lock gate = new();
    private NetworkFiles.FileStamp[]? judged;
    private NetworkStanding standing;
    private string sentence = "";
    private LoadedNetwork? loaded;
    private int users;
    private bool leavesWhenFree;
    private bool isLooking;
    private bool isClosed;
    private DateTimeOffset lastUsed;
    private DateTimeOffset? failedAt;

    /// <summary>Makes the place; nothing is read yet.</summary>
    /// <param name="network">Which network belongs here.</param>
    /// <param name="folder">The models directory.</param>
    /// <param name="threads">Threads that one run of it may use.</param>
    /// <param name="clock">Says when it was last used.</param>
    /// <param name="logger">Told every change.</param>
    public NetworkPlace(Network network, string folder, int threads, TimeProvider clock, ILogger logger)
    {
        (this.network, this.threads, this.clock, this.logger) = (network, threads, clock, logger);
        files = new(network, folder, logger);
        if (network.Problem is { } problem)
        {
            Judge(NetworkStanding.Refused, problem);
        }
    }

    /// <summary>The network that belongs here.</summary>
    public Network Network => network;

    /// <summary>How it stands. Nobody who asks waits for a file to be read: where one has changed, that begins in the background, and the state says so until it is done.</summary>
    public NetworkState State
    {
        get
        {
            lock (gate)
            {
                if (!IsJudged(files.Stamps()) && !isLooking)
                {
                    BeginLooking();
                    _ = Task.Run(Look);
                }

                return new(
                    network.Name, standing, sentence, network.File.Name, network.Origin, network.Licence, loaded?.MemoryBytes, users, loaded?.Device, loaded?.Seconds);
            }
        }
    }

    /// <summary>Reads the files when they are others than those that were judged last; unless the network is in memory.</summary>
    public void Look()
    {
        lock (work)
        {
            var now = files.Stamps();
            lock (gate)
            {
                if (IsJudged(now))
                {
                    isLooking = false;
                    return;
                }

                BeginLooking();
            }

            var verdict = files.Read();
            lock (gate)
            {
                (judged, isLooking) = (now, false);
                Judge(verdict.Standing, verdict.Sentence);
            }
        }
    }

    /// <summary>The network in memory, for the caller until <see cref="Return"/>; null when it cannot be used, and the state says why. May read and load its files.</summary>
    public LoadedNetwork? Take()
    {
        lock (work)
        {
            Look();
            lock (gate)
            {
                if (standing == NetworkStanding.Loaded)
                {
                    return Lend(loaded!);
                }

                if (standing != NetworkStanding.Ready || isClosed)
                {
                    return null;
                }
            }

            var fresh = LoadedNetwork.Load(network, files, threads, logger, out var problem);
            lock (gate)
            {
                Judge(fresh is null ? NetworkStanding.Refused : NetworkStanding.Loaded, fresh is null ? problem : $"{network.Name} is loaded.");
                loaded = fresh;
                return fresh is null ? null : Lend(fresh);
            }
        }
    }

    /// <summary>Ends what <see cref="Take"/> began.</summary>
    public void Return()
    {
        lock (gate)
        {
            users--;
            lastUsed = clock.GetUtcNow();
            if (leavesWhenFree && users == 0)
            {
                Unload();
            }
        }
    }

    /// <summary>Gives the memory back: at once, or when the last user is done. A network that failed at work may be lent again afterwards.</summary>
    /// <param name="unusedSince">A network that was used, or failed, later stays as it is; null releases it in any case.</param>
    /// <returns>Bytes that were given back at once.</returns>
    public long Release(DateTimeOffset? unusedSince = null)
    {
        lock (gate)
        {
            if (failedAt is { } failed && !(failed > unusedSince))
            {
                // It may have been the machine's fault: it gets another chance.
                (judged, failedAt) = (null, null);
            }

            if (loaded is null || (unusedSince is { } since && (users > 0 || lastUsed > since)))
            {
                return 0;
            }

            leavesWhenFree = users > 0;
            return leavesWhenFree ? 0 : Unload();
        }
    }

    /// <summary>Notes that the network failed at work: nobody gets it again for a while, or until the models are released or its file changes.</summary>
    public void Refuse(string reason)
    {
        lock (gate)
        {
            (leavesWhenFree, failedAt) = (true, clock.GetUtcNow());
            Judge(NetworkStanding.Refused, $"{network.Name} is not used for a while: {reason}.");
        }
    }

    /// <summary>As <see cref="Release"/> in any case, and nobody gets it any more.</summary>
    public void Dispose()
    {
        lock (gate)
        {
            isClosed = true;
            leavesWhenFree = users > 0;
            if (!leavesWhenFree)
            {
                Unload();
            }
        }
    }

    private void BeginLooking()
    {
        isLooking = true;
        Judge(NetworkStanding.Checking, $"The files of {network.Name} are being read.");
    }

    private bool IsJudged(NetworkFiles.FileStamp[] now) => network.Problem is not null || loaded is not null || (judged is not null && judged.AsSpan().SequenceEqual(now));

    private LoadedNetwork Lend(LoadedNetwork network)
    {
        users++;
        // Whoever is told to leave when free may stay, since somebody came.
        leavesWhenFree = isClosed;
        return network;
    }

    private long Unload()
    {
        loaded?.Session.Dispose();
        var bytes = loaded?.MemoryBytes ?? 0;
        (loaded, leavesWhenFree) = (null, false);
        if (standing == NetworkStanding.Loaded)
        {
            Judge(NetworkStanding.Ready, $"{network.Name} is there; it is loaded when it is needed.");
        }

        return bytes;
    }

    private void Judge(NetworkStanding now, string words)
    {
        if (sentence != words)
        {
            (standing, sentence) = (now, words);
            logger.Log(now == NetworkStanding.Refused ? LogLevel.Warning : LogLevel.Information, "{State}", words);
        }
    }
}
